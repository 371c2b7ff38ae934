import { type Charge, chargeAfter, chargeAt, noCharge } from "./charge.ts";
import type { ConversationEvent } from "./event.ts";
import { type FinalResolution, finalResolution } from "./final-resolution.ts";
import type { FoldedConversation, FoldedMeasurement, FoldedMessage, FoldedState, MeasurementKind } from "./folded.ts";
import { orderEvents, type TimedEvent } from "./order-events.ts";

type Of<T extends ConversationEvent["type"]> = Extract<ConversationEvent, { type: T }>;
type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * One conversation's events, in any order and repeated or not, as its state, messages and measurements. Event time
 * only; what is dated before the creation counts from it, so no duration is negative. Undefined until the creation is
 * known. Definitions: first_response runs from the creation, or the latest handoff or reopening before it, to the
 * first human answer (credited to its sender); reply_time from when the customer began to wait to each later answer
 * (the assignee); resolution from the creation to each change to resolved (the assignee of that time); reopening from
 * a resolution to the change back.
 */
export function foldConversation(events: Iterable<ConversationEvent>): FoldedConversation | undefined {
  const ordered = orderEvents(events);
  const created = ordered.find(isCreation);
  if (created === undefined) return undefined;
  const fold = new Fold(created, finalResolution(ordered), ordered);
  for (const timed of ordered) fold.apply(timed);
  return fold.result();
}

function isCreation(timed: TimedEvent): timed is TimedEvent<Of<"conversation.created">> {
  return timed.event.type === "conversation.created";
}

class Fold {
  readonly #state: Mutable<Omit<FoldedState, keyof Charge>>;
  readonly #messages: FoldedMessage[] = [];
  readonly #measurements: FoldedMeasurement[] = [];
  readonly #final: FinalResolution | undefined;
  readonly #ordered: readonly TimedEvent[];
  #charge = noCharge;
  #responseStart: number;

  constructor(
    { at, event }: TimedEvent<Of<"conversation.created">>,
    final: FinalResolution | undefined,
    ordered: readonly TimedEvent[],
  ) {
    this.#final = final;
    this.#ordered = ordered;
    this.#responseStart = at;
    this.#state = {
      conversation: event.conversation,
      inbox: event.inbox,
      customer: event.customer ?? null,
      status: "open",
      labels: [],
      createdAt: at,
      firstRespondedAt: null,
      waitingSince: at,
      resolvedAt: null,
      lastActivityAt: at,
      reopenedCount: 0,
    };
  }

  apply({ at: eventAt, event }: TimedEvent): void {
    // said about a conversation, not in it: no activity, nobody answers, nobody waits
    switch (event.type) {
      case "csat.sent":
      case "csat.answered":
      case "sla.applied":
      case "automation.ran":
        return;
    }
    const at = Math.max(eventAt, this.#state.createdAt);
    this.#state.lastActivityAt = Math.max(this.#state.lastActivityAt, at);
    this.#charge = chargeAfter(this.#charge, event);
    switch (event.type) {
      case "message.created":
        this.#message(event, eventAt, at);
        break;
      case "conversation.responded":
        this.#answer(at, event.agent ?? null);
        break;
      case "conversation.status":
        if (event.status === "resolved") this.#resolve(event.id, at);
        else this.#unresolve(event.status, at);
        break;
      case "conversation.labelled":
        this.#state.labels = [...new Set(event.labels)].sort();
        break;
      case "conversation.handoff":
        this.#responseStart = at;
        this.#state.waitingSince ??= at;
        break;
      case "conversation.created":
      case "conversation.assigned":
      case "conversation.priority":
        break;
    }
  }

  result(): FoldedConversation {
    return { state: { ...this.#state, ...this.#charge }, messages: this.#messages, measurements: this.#measurements };
  }

  #message(event: Of<"message.created">, sentAt: number, at: number): void {
    const agent = event.sender === "agent" ? (event.agent ?? null) : null;
    const { id, direction, sender, private: isPrivate, content } = event;
    this.#messages.push({ id, direction, sender, agent, isPrivate, content, at: sentAt });
    if (isPrivate) return;
    if (direction === "in") {
      if (sender === "customer") this.#state.waitingSince ??= at;
    } else if (sender === "agent") this.#answer(at, agent);
    else if (sender === "bot") this.#state.waitingSince = null;
  }

  #answer(at: number, agent: string | null): void {
    const { firstRespondedAt, waitingSince } = this.#state;
    if (firstRespondedAt === null) {
      this.#state.firstRespondedAt = at;
      this.#measure("first_response", this.#responseStart, at, { ...this.#charge, agent });
    } else if (waitingSince !== null) this.#measure("reply_time", waitingSince, at, this.#charge);
    this.#state.waitingSince = null;
  }

  #resolve(eventId: string, changedAt: number): void {
    if (this.#state.status === "resolved") return;
    const { createdAt } = this.#state;
    const final = this.#final?.eventId === eventId ? this.#final : undefined;
    const at = final === undefined ? changedAt : Math.max(final.at, createdAt);
    const charge = at === changedAt ? this.#charge : chargeAt(this.#ordered, at);
    this.#measure("resolution", createdAt, at, charge);
    this.#state.status = "resolved";
    this.#state.resolvedAt = at;
    this.#state.waitingSince = null;
    this.#state.lastActivityAt = Math.max(this.#state.lastActivityAt, at);
  }

  #unresolve(status: "open" | "pending" | "snoozed", at: number): void {
    const { resolvedAt } = this.#state;
    if (resolvedAt !== null) {
      this.#measure("reopening", resolvedAt, at, this.#charge);
      this.#state.reopenedCount += 1;
      this.#state.resolvedAt = null;
      this.#responseStart = at;
    }
    this.#state.status = status;
  }

  #measure(kind: MeasurementKind, startedAt: number, at: number, charge: Charge): void {
    this.#measurements.push({ kind, startedAt, at, durationMs: at - startedAt, ...charge });
  }
}
