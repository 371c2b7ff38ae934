import type { TenantTx } from "../transaction.ts";

/**
 * Is anybody still measuring by hours that were read before this call? Returns when nobody is: whoever measures from
 * then on reads the hours anew. Call it in a transaction of its own, so that nobody waits for more than that. An
 * advisory lock: no index is read. Rejects when somebody measures for longer than the statement time-out.
 */
export async function awaitWorkingHoursHolders({ sql, tenantId }: TenantTx): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('working hours ' || ${tenantId}::text, 0))`;
}
