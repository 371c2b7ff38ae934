import type { Database } from "@deskpulse/db/connect";
import { lockTenant } from "@deskpulse/db/tenancy/lock-tenant";
import { readTenantSettings } from "@deskpulse/db/tenancy/read-tenant-settings";
import type { TenantSettings } from "@deskpulse/db/tenancy/tenant-settings";
import { asEngine, asTenant, type EngineTx, type TenantTx } from "@deskpulse/db/transaction";
import { ProblemError } from "@deskpulse/domain/errors";
import type { Caller } from "@deskpulse/domain/tenants/caller";
import { unknownTenant } from "../jobs/job-request.ts";

/**
 * Which tenant does the caller mean? Members their own, and another's does not exist for them; operators name one.
 * Throws ProblemError that points to where it is named.
 */
export function tenantOf(
  caller: Caller,
  named: string | undefined,
  pointer: "?tenantId" | "/tenantId" = "?tenantId",
): string {
  if (caller.role !== "operator") {
    if (named !== undefined && named !== caller.tenantId) throw unknownTenant();
    return caller.tenantId;
  }
  if (named !== undefined) return named;
  throw new ProblemError("unprocessable", "an operator names the tenant", {
    errors: [{ pointer, detail: "is needed here" }],
  });
}

/** Works on what belongs to a tenant that is there; a token may outlive its tenant. Throws ProblemError (not-found). */
export function inTenant<T>(
  database: Database,
  tenantId: string,
  work: (tx: TenantTx, tenant: TenantSettings) => Promise<T>,
): Promise<T> {
  return asTenant(database, tenantId, async (tx) => {
    const tenant = await readTenantSettings(tx);
    if (tenant === null) throw unknownTenant();
    return await work(tx, tenant);
  });
}

/** Changes a tenant's settings or members, one change at a time. Throws ProblemError (not-found). */
export function changingTenant<T>(
  database: Database,
  tenantId: string,
  work: (tx: EngineTx, tenant: TenantSettings) => Promise<T>,
): Promise<T> {
  return asEngine(database, async (tx) => {
    const tenant = await lockTenant(tx, tenantId);
    if (tenant === null) throw unknownTenant();
    return await work(tx, tenant);
  });
}
