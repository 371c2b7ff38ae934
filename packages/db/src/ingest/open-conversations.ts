import type { ConversationEvent } from "@deskpulse/domain/ingest/event";
import type { TenantTx } from "../transaction.ts";

type Creation = Extract<ConversationEvent, { type: "conversation.created" }>;

/**
 * Do these conversations have a row? Missing ones get one, empty until their events are folded, and events that came
 * before the creation are linked to it; not for a creation whose id is known, for that is no new fact. Served by
 * conversations_source_key, inboxes_source_key, events_source_key and events_waiting.
 * An empty tenant gets all of them; the inboxes must be there.
 */
export async function openConversations(
  { sql }: TenantTx,
  tenantId: string,
  source: string,
  creations: readonly Creation[],
): Promise<void> {
  if (creations.length === 0) return;
  const rows = JSON.stringify(
    creations.map(({ id, conversation, inbox, at }) => ({ id, key: conversation, inbox, at })),
  );
  await sql`
    with opened as (
      insert into conversations (tenant_id, source_key, inbox_id, status, created_at, last_activity_at)
      select distinct on (given.key) ${tenantId}::uuid, given.key, i.id, 'open', given.at, given.at
      from jsonb_to_recordset(${rows}::text::jsonb) as given (id text, key text, inbox text, at timestamptz)
      join inboxes i on i.tenant_id = ${tenantId} and i.source_key = given.inbox
      where not exists (select from conversations c where c.tenant_id = ${tenantId} and c.source_key = given.key)
        and not exists (
          select from events e where e.tenant_id = ${tenantId} and e.source = ${source} and e.source_key = given.id
        )
      order by given.key, given.at
      returning id, source_key
    )
    update events e set conversation_id = opened.id, conversation_key = null
    from opened where e.tenant_id = ${tenantId} and e.conversation_key = opened.source_key`;
}
