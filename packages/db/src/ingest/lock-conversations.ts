import type { TenantTx } from "../transaction.ts";

/**
 * Who else is writing these conversations? Waits until nobody is and keeps others out until the transaction ends; also
 * for conversations that have no row yet, which a row lock could not cover. In one order, so that nobody deadlocks.
 * Advisory locks: no index is read, an empty tenant or list takes none.
 */
export async function lockConversations({ sql }: TenantTx, tenantId: string, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return;
  await sql`
    select pg_advisory_xact_lock(lock) from (
      select distinct hashtextextended(${tenantId}::text || key, 0) as lock
      from jsonb_array_elements_text(${JSON.stringify(keys)}::text::jsonb) as key
      order by 1
    ) ordered`;
}
