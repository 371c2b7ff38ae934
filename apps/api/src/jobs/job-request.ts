import { readTenant, type Tenant } from "@deskpulse/db/tenancy/read-tenant";
import type { EngineTx, TenantTx } from "@deskpulse/db/transaction";
import { ProblemError } from "@deskpulse/domain/errors";
import type { Caller } from "@deskpulse/domain/tenants/caller";
import { hasRole } from "@deskpulse/domain/tenants/role";
import type { JobDefinition } from "@deskpulse/jobs/define-job";
import { preparedInput, type RunRequest } from "@deskpulse/runs/new-run";
import { parsePart } from "../http/parse-part.ts";
import { pointing, type Source } from "../http/point-into.ts";

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

/** May the caller start runs of a job of this role? */
export function isAllowedToStart(role: JobDefinition["role"], caller: Caller): boolean {
  if (caller.readOnly) return false;
  return role === "operator" ? caller.role === "operator" : hasRole(caller.role, role);
}

/** Throws ProblemError (forbidden) when the caller may not start runs of the job. */
export function mayStart(definition: JobDefinition, caller: Caller): void {
  if (isAllowedToStart(definition.role, caller)) return;
  throw new ProblemError("forbidden", `${definition.name} is for role ${definition.role}`, {
    errors: [{ pointer: "/job", detail: "is not for your role" }],
  });
}

/** The job of this name. Throws ProblemError (unprocessable) when there is none. */
export function knownJob(jobs: ReadonlyMap<string, JobDefinition>, name: string): JobDefinition {
  const definition = jobs.get(name);
  if (definition) return definition;
  throw new ProblemError("unprocessable", "there is no such job", {
    errors: [{ pointer: "/job", detail: "is not known" }],
  });
}

/** When and before what else a run is to start, as a caller says it. */
export function timing(asked: { readonly priority?: number | undefined; readonly runAt?: string | undefined }) {
  return {
    ...(asked.priority === undefined ? {} : { priority: asked.priority }),
    ...(asked.runAt === undefined ? {} : { runAtMs: Date.parse(asked.runAt) }),
  };
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

/**
 * Completes a request with what the tenant has set, as read in this transaction, and checks what comes out. Throws
 * ProblemError that points into `source`.
 */
export async function preparedRequest(
  tx: TenantTx | EngineTx,
  definition: JobDefinition,
  request: unknown,
  caller: Caller,
  tenantId: string | null,
  source: Source = "/input",
): Promise<RunRequest> {
  const tenant = tenantId === null ? null : await readTenant(tx, tenantId);
  if (tenantId !== null && tenant === null) throw unknownTenant();
  return requestFor(tenant, definition, request, caller, source);
}

/** The same for a tenant that was read already; null for operators' own runs. */
export function requestFor(
  tenant: Tenant | null,
  definition: JobDefinition,
  request: unknown,
  caller: Caller,
  source: Source,
): RunRequest {
  const input = pointing(source, () => {
    const scoped = definition.scope?.(request, caller) ?? request;
    return preparedInput(definition, scoped, tenant?.timezone ?? null);
  });
  return { definition, input, tenantId: tenant?.id ?? null, createdBy: caller.subject };
}
