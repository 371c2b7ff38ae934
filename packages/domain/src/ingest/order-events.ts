import type { ConversationEvent } from "./event.ts";

/** Among facts of one instant: who has it before who answers, an answer before the end. */
const rank: Record<ConversationEvent["type"], number> = {
  "conversation.created": 0,
  "conversation.assigned": 1,
  "conversation.priority": 2,
  "conversation.labelled": 3,
  "conversation.handoff": 4,
  "message.created": 5,
  "conversation.responded": 6,
  "conversation.status": 7,
  "csat.sent": 8,
  "csat.answered": 9,
  "sla.applied": 10,
  "automation.ran": 11,
};

/** An event with its instant, epoch milliseconds. */
export interface TimedEvent<E extends ConversationEvent = ConversationEvent> {
  readonly at: number;
  readonly event: E;
}

/** Each event once (by id), by event time, then the source's sequence, then kind, then id. No events give []. */
export function orderEvents(events: Iterable<ConversationEvent>): TimedEvent[] {
  const once = new Map<string, TimedEvent>();
  for (const event of events) once.set(event.id, { at: Date.parse(event.at), event });
  return [...once.values()].sort(
    (a, b) =>
      a.at - b.at ||
      (a.event.sequence ?? 0) - (b.event.sequence ?? 0) ||
      rank[a.event.type] - rank[b.event.type] ||
      (a.event.id < b.event.id ? -1 : 1),
  );
}
