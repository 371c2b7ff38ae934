import type { ConversationEvent } from "./event.ts";
import type { TimedEvent } from "./order-events.ts";

/** When the stretch of resolved events that begins with `eventId` really resolved the conversation. */
export interface FinalResolution {
  readonly eventId: string;
  readonly at: number;
}

/**
 * The last stretch of resolved events and when its source says that it was resolved, epoch milliseconds; kept between
 * the reopening before the stretch and the one after it. Undefined without such a stretch or without a `resolvedAt`.
 */
export function finalResolution(ordered: readonly TimedEvent[]): FinalResolution | undefined {
  let start: TimedEvent | undefined;
  let stated: number | undefined;
  let reopenedBefore = Number.NEGATIVE_INFINITY;
  let reopenedAfter = Number.POSITIVE_INFINITY;
  let wasResolved = false;
  for (const timed of ordered) {
    if (timed.event.type !== "conversation.status") continue;
    const isResolved = timed.event.status === "resolved";
    if (isResolved && !wasResolved) {
      start = timed;
      stated = undefined;
      reopenedBefore = reopenedAfter === Number.POSITIVE_INFINITY ? reopenedBefore : reopenedAfter;
      reopenedAfter = Number.POSITIVE_INFINITY;
    }
    if (isResolved) stated = statedAt(timed.event) ?? stated;
    if (!isResolved && wasResolved) reopenedAfter = timed.at;
    wasResolved = isResolved;
  }
  if (start === undefined || stated === undefined) return undefined;
  return { eventId: start.event.id, at: Math.min(Math.max(stated, reopenedBefore), reopenedAfter) };
}

function statedAt(event: Extract<ConversationEvent, { type: "conversation.status" }>): number | undefined {
  return event.resolvedAt === undefined ? undefined : Date.parse(event.resolvedAt);
}
