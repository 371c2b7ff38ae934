import type { FoldedMessage } from "@deskpulse/domain/ingest/folded";
import type { TenantTx } from "../transaction.ts";

/** A message and the source key of its conversation. */
export type MessageOfConversation = FoldedMessage & { readonly conversation: string };

/**
 * Which of these messages are missing? They are added; a message never changes, so known ones stay as they are. Served
 * by messages_source_key, conversations_source_key and memberships_source_key. None does nothing.
 */
export async function writeMessages(
  { sql }: TenantTx,
  tenantId: string,
  messages: readonly MessageOfConversation[],
): Promise<void> {
  if (messages.length === 0) return;
  const rows = JSON.stringify(messages.map((message) => ({ ...message, at: new Date(message.at) })));
  await sql`
    insert into messages (tenant_id, conversation_id, source_key, direction, sender, sender_id, is_private, content, at)
    select ${tenantId}::uuid, c.id, given.id, given.direction, given.sender, m.user_id, given."isPrivate", given.content,
      given.at
    from jsonb_to_recordset(${rows}::text::jsonb) as given (
      conversation text, id text, direction text, sender text, agent text, "isPrivate" boolean, content text,
      at timestamptz
    )
    join conversations c on c.tenant_id = ${tenantId} and c.source_key = given.conversation
    left join memberships m on m.tenant_id = ${tenantId} and m.source_key = given.agent
    on conflict (tenant_id, source_key) do nothing`;
}
