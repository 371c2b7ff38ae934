import { ConversationEvent } from "@deskpulse/domain/ingest/event";
import type { TenantTx } from "../transaction.ts";

interface Row {
  readonly conversation: string;
  readonly source: string;
  readonly source_key: string;
  readonly type: string;
  readonly at: Date;
  readonly data: string | Record<string, unknown>;
}

/**
 * What is known about these conversations? All events of each, by the conversation's source key; ids carry their source,
 * because only (source, id) is unique. Served by conversations_source_key and events_conversation. A conversation without
 * a row, so everything in an empty tenant, is left out.
 */
export async function readConversationEvents(
  { sql }: TenantTx,
  tenantId: string,
  keys: readonly string[],
): Promise<ReadonlyMap<string, readonly ConversationEvent[]>> {
  const byConversation = new Map<string, ConversationEvent[]>();
  if (keys.length === 0) return byConversation;
  const rows = await sql<Row[]>`
    select c.source_key as conversation, e.source, e.source_key, e.type, e.at, e.data
    from jsonb_array_elements_text(${JSON.stringify(keys)}::text::jsonb) as key
    join conversations c on c.tenant_id = ${tenantId} and c.source_key = key
    join events e on e.tenant_id = ${tenantId} and e.conversation_id = c.id`;
  for (const { conversation, source, source_key, type, at, data } of rows) {
    const event = ConversationEvent.parse({
      ...(typeof data === "string" ? JSON.parse(data) : data),
      id: eventId(source, source_key),
      type,
      at: at.toISOString(),
      conversation,
    });
    const events = byConversation.get(conversation);
    if (events === undefined) byConversation.set(conversation, [event]);
    else events.push(event);
  }
  return byConversation;
}

const eventId = (source: string, sourceKey: string): string => `${source}:${sourceKey}`;
