import { readTenant } from "@deskpulse/db/tenancy/read-tenant";
import type { EngineTx, TenantTx } from "@deskpulse/db/transaction";
import { ProblemError } from "@deskpulse/domain/errors";
import type { Caller } from "@deskpulse/domain/tenants/caller";
import { hasRole } from "@deskpulse/domain/tenants/role";
import type { JobDefinition } from "@deskpulse/jobs/define-job";
import type { RunRequest } from "@deskpulse/runs/new-run";
import { parsePart } from "../http/parse-part.ts";

/**
 * For which tenant does the caller act? Members for their own, and another's does not exist for them. Operators name
 * one for what belongs to tenants, and none for their own work. Throws ProblemError.
 */
export function actingTenant(caller: Caller, named: string | undefined, needsTenant: boolean): string | null {
  if (caller.role !== "operator") {
    if (named !== undefined && named !== caller.tenantId) throw unknownTenant();
    return caller.tenantId;
  }
  if (needsTenant && named === undefined) {
    throw new ProblemError("unprocessable", "an operator names the tenant", {
      errors: [{ pointer: "/tenantId", detail: "is needed here" }],
    });
  }
  if (!needsTenant && named !== undefined) {
    throw new ProblemError("unprocessable", "this is about the platform, not about a tenant", {
      errors: [{ pointer: "/tenantId", detail: "has no meaning here" }],
    });
  }
  return named ?? null;
}

export const unknownTenant = (): ProblemError => new ProblemError("not-found", "there is no such tenant");

/** Throws ProblemError (forbidden) when the caller may not start runs of the job. */
export function mayStart(definition: JobDefinition, caller: Caller): void {
  const allowed =
    definition.role === "operator"
      ? caller.role === "operator" && !caller.readOnly
      : hasRole(caller.role, definition.role) && !caller.readOnly;
  if (!allowed) throw new ProblemError("forbidden", `${definition.name} is for role ${definition.role}`);
}

/** A request that needs nothing from the database to become an input. */
export function plainRequest(
  definition: JobDefinition,
  input: unknown,
  caller: Caller,
  tenantId: string | null,
): RunRequest {
  const parsed = parsePart(definition.input, parsePart(definition.request, input, "body", "/input"), "body", "/input");
  return { definition, input: parsed, tenantId, createdBy: caller.subject };
}

/** Completes a request with what the tenant has set, and checks what comes out. Throws ProblemError. */
export async function preparedRequest(
  tx: TenantTx | EngineTx,
  definition: JobDefinition,
  request: unknown,
  caller: Caller,
  tenantId: string | null,
): Promise<RunRequest> {
  if (tenantId === null)
    return { definition, input: definition.input.parse(request), tenantId, createdBy: caller.subject };
  const tenant = await readTenant(tx, tenantId);
  if (tenant === null) throw unknownTenant();
  const input = definition.prepare?.(request, { timezone: tenant.timezone, nowMs: Date.now() }) ?? request;
  return { definition, input: definition.input.parse(input), tenantId, createdBy: caller.subject };
}
