import type { TenantTx } from "../transaction.ts";

/** Is there a conversation with this source key? False in an empty tenant. Served by conversations_source_key. */
export async function conversationKnown({ sql }: TenantTx, tenantId: string, key: string): Promise<boolean> {
  const rows = await sql`select from conversations where tenant_id = ${tenantId} and source_key = ${key}`;
  return rows.length > 0;
}
