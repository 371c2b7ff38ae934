import type { ConversationEvent } from "@deskpulse/domain/ingest/event";
import type { TenantTx } from "../transaction.ts";

/** What of a batch was new. */
export interface RecordedEvents {
  readonly recorded: number;
  /** Source keys of the conversations that got a new event, each once. */
  readonly conversations: readonly string[];
}

/**
 * Which of these events are new? They are stored, each (source, id) once; known ones change nothing, whatever they say
 * now. Served by events_source_key and conversations_source_key. An empty tenant stores all; none gives zero.
 */
export async function recordEvents(
  { sql }: TenantTx,
  tenantId: string,
  source: string,
  events: readonly ConversationEvent[],
): Promise<RecordedEvents> {
  if (events.length === 0) return { recorded: 0, conversations: [] };
  const rows = JSON.stringify(
    events.map(({ id, type, at, conversation, ...data }) => ({ id, type, at, conversation, data })),
  );
  const [outcome] = await sql<{ recorded: number; conversations: string[] | null }[]>`
    with given as (
      select * from jsonb_to_recordset(${rows}::text::jsonb)
        as row (id text, type text, at timestamptz, conversation text, data jsonb)
    ), recorded as (
      insert into events (tenant_id, conversation_id, conversation_key, source, source_key, type, at, data)
      select ${tenantId}::uuid, c.id, case when c.id is null then given.conversation end, ${source}, given.id,
        given.type, given.at, given.data
      from given left join conversations c on c.tenant_id = ${tenantId} and c.source_key = given.conversation
      on conflict (tenant_id, source, source_key) do nothing
      returning source_key
    )
    select count(*)::int as recorded, jsonb_agg(distinct given.conversation) as conversations
    from recorded join given on given.id = recorded.source_key`;
  return { recorded: outcome?.recorded ?? 0, conversations: outcome?.conversations ?? [] };
}
