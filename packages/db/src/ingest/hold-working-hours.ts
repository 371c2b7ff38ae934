import type { TenantTx } from "../transaction.ts";

/**
 * May business time be measured by the hours that are set now? Yes, and until the transaction ends
 * `awaitWorkingHoursHolders` waits for it. To be called before the hours are read. An advisory lock: no index is read.
 */
export async function holdWorkingHours({ sql, tenantId }: TenantTx): Promise<void> {
  await sql`select pg_advisory_xact_lock_shared(hashtextextended('working hours ' || ${tenantId}::text, 0))`;
}
