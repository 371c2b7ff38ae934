import type { ConversationEvent, Priority } from "./event.ts";
import type { TimedEvent } from "./order-events.ts";

/** Who has a conversation and how urgent it is: what its measurements are credited to. */
export interface Charge {
  readonly agent: string | null;
  readonly team: string | null;
  readonly priority: Priority | null;
}

export const noCharge: Charge = { agent: null, team: null, priority: null };

/** The charge after an event; the same object when the event does not change it. */
export function chargeAfter(charge: Charge, event: ConversationEvent): Charge {
  switch (event.type) {
    case "conversation.created":
    case "conversation.assigned":
      return {
        agent: event.agent === undefined ? charge.agent : event.agent,
        team: event.team === undefined ? charge.team : event.team,
        priority: "priority" in event && event.priority !== undefined ? event.priority : charge.priority,
      };
    case "conversation.priority":
      return { ...charge, priority: event.priority };
    default:
      return charge;
  }
}

/** The charge at the end of an instant, epoch milliseconds; before the first event there is none. */
export function chargeAt(ordered: readonly TimedEvent[], at: number): Charge {
  return ordered.filter((timed) => timed.at <= at).reduce((charge, { event }) => chargeAfter(charge, event), noCharge);
}
