import { foldVersion } from "@deskpulse/domain/ingest/folded";
import type { TenantTx } from "../transaction.ts";
import { refoldConversations } from "./ingest-events.ts";
import { lockConversations } from "./lock-conversations.ts";

/**
 * Folds anew the next `limit` conversations that an older version folded, from all their events; returns whether more may
 * be left. Index: conversations_to_fold. An empty tenant is done at once.
 */
export async function refoldPage(tx: TenantTx, limit: number): Promise<boolean> {
  const { sql, tenantId } = tx;
  const rows = await sql<{ key: string }[]>`
    select source_key as key from conversations
    where tenant_id = ${tenantId} and fold_version < ${sql.unsafe(String(foldVersion))} order by id limit ${limit}`;
  const keys = rows.map(({ key }) => key);
  await lockConversations(tx, tenantId, keys);
  await refoldConversations(tx, tenantId, keys);
  return keys.length === limit;
}
