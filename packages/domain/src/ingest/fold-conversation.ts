import { type Charge, chargeAfter, chargeAt, noCharge } from "./charge.ts";
import type { ConversationEvent } from "./event.ts";
import { type FinalResolution, finalResolution } from "./final-resolution.ts";
import { SlaFold } from "./fold-sla-targets.ts";
import { SpanFold } from "./fold-spans.ts";
import { SurveyFold } from "./fold-surveys.ts";
import type {
  FoldedAutomationRun,
  FoldedConversation,
  FoldedMeasurement,
  FoldedMessage,
  FoldedState,
  MeasurementKind,
} from "./folded.ts";
import { orderEvents, type TimedEvent } from "./order-events.ts";

type Of<T extends ConversationEvent["type"]> = Extract<ConversationEvent, { type: T }>;
type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * One conversation's events, in any order and repeated or not, as its state, messages, measurements and the rest.
 * Event time only; what is dated before the creation counts from it, so no duration is negative. Undefined until the
 * creation is known. An answer is a public message that an agent wrote, and no rule. Definitions: first_response runs
 * from the creation, or the latest handoff or reopening before it, to the first answer (credited to its sender);
 * reply_time from when the customer began to wait to each later answer (the assignee); resolution from the creation to
 * each change to resolved (the assignee of that time); reopening from a resolution to the change back; bot_resolution
 * is a resolution in which a bot wrote, nobody answered and the bot had not handed over; handoff runs from the creation
 * to the first handoff; handling from the creation to an agent's first answer or resolution, once for each agent.
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
  readonly #automationRuns: FoldedAutomationRun[] = [];
  readonly #spans = new SpanFold();
  readonly #surveys = new SurveyFold();
  readonly #sla = new SlaFold();
  readonly #handling = new Set<string>();
  #charge = noCharge;
  #responseStart: number;
  /** Who had it when it was last resolved: whom a rating is about. */
  #resolvedBy: Charge | null = null;
  #lastResolvedAt: number | null = null;
  #answers = 0;
  #botWrote = false;
  #handedOver = false;

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
    this.#spans.stand(at, this.#state, noCharge);
  }

  apply({ at: eventAt, event }: TimedEvent): void {
    const at = Math.max(eventAt, this.#state.createdAt);
    // said about a conversation, not in it: no activity, nobody answers, nobody waits
    switch (event.type) {
      case "csat.sent":
        this.#surveys.send(at, this.#resolvedBy ?? this.#charge);
        return;
      case "csat.answered": {
        const { rating, comment = null } = event;
        this.#surveys.answer(at, { rating, comment }, this.#resolvedBy ?? this.#charge);
        return;
      }
      case "sla.applied":
        this.#promise(event);
        return;
      case "automation.ran":
        this.#automate(event, at);
        return;
    }
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
        this.#wait(at);
        if (!this.#handedOver) this.#measure("handoff", this.#state.createdAt, at, this.#charge);
        this.#handedOver = true;
        break;
      case "conversation.created":
      case "conversation.assigned":
      case "conversation.priority":
        break;
    }
    this.#spans.stand(at, this.#state, this.#charge);
  }

  result(): FoldedConversation {
    return {
      state: { ...this.#state, ...this.#charge },
      messages: this.#messages,
      measurements: this.#measurements,
      spans: this.#spans.result(),
      surveys: this.#surveys.result(),
      slaTargets: this.#sla.result(this.#charge),
      automationRuns: this.#automationRuns,
    };
  }

  #promise(event: Of<"sla.applied">): void {
    const { createdAt, firstRespondedAt, waitingSince, status } = this.#state;
    const ms = (seconds: number | null | undefined): number | null => (seconds ? seconds * 1_000 : null);
    const isResolved = status === "resolved";
    this.#sla.apply(
      {
        policy: event.policy,
        businessHours: event.businessHours,
        ms: {
          first_response: ms(event.firstResponseSeconds),
          reply: ms(event.replySeconds),
          resolution: ms(event.resolutionSeconds),
        },
      },
      {
        first_response: isResolved || firstRespondedAt !== null ? null : createdAt,
        reply: isResolved || firstRespondedAt === null ? null : waitingSince,
        resolution: isResolved ? null : createdAt,
      },
      this.#charge,
    );
  }

  #automate(event: Of<"automation.ran">, at: number): void {
    const { id, rule, trigger, outcome, actions, durationMs, error = null } = event;
    this.#automationRuns.push({ id, at, rule, trigger, outcome, actions, durationMs, error, ...this.#charge });
  }

  /** The customer waits from now on, when nobody owed an answer before. */
  #wait(at: number): void {
    if (this.#state.waitingSince !== null) return;
    this.#state.waitingSince = at;
    if (this.#state.firstRespondedAt !== null) this.#sla.begin("reply", at, this.#charge);
  }

  #handle(at: number, charge: Charge): void {
    if (charge.agent === null || this.#handling.has(charge.agent)) return;
    this.#handling.add(charge.agent);
    this.#measure("handling", this.#state.createdAt, at, charge);
  }

  #message(event: Of<"message.created">, sentAt: number, at: number): void {
    const agent = event.sender === "agent" ? (event.agent ?? null) : null;
    const { id, direction, sender, private: isPrivate, content } = event;
    this.#messages.push({ id, direction, sender, agent, isPrivate, content, at: sentAt });
    if (isPrivate) return;
    if (direction === "in") {
      if (sender === "customer") this.#wait(at);
    } else if (sender === "agent" && event.automationRule === undefined) this.#answer(at, agent);
    else if (sender === "bot") {
      this.#botWrote = true;
      this.#state.waitingSince = null;
      this.#sla.withdraw("reply", at, this.#charge);
    }
  }

  #answer(at: number, agent: string | null): void {
    const { firstRespondedAt, waitingSince } = this.#state;
    if (firstRespondedAt === null) {
      this.#state.firstRespondedAt = at;
      this.#measure("first_response", this.#responseStart, at, { ...this.#charge, agent });
      this.#sla.end("first_response", at, { ...this.#charge, agent });
    } else if (waitingSince !== null) this.#measure("reply_time", waitingSince, at, this.#charge);
    this.#sla.end("reply", at, this.#charge);
    this.#answers += 1;
    this.#handle(at, { ...this.#charge, agent });
    this.#state.waitingSince = null;
  }

  #resolve(eventId: string, changedAt: number): void {
    if (this.#state.status === "resolved") return;
    const { createdAt } = this.#state;
    const final = this.#final?.eventId === eventId ? this.#final : undefined;
    const at = final === undefined ? changedAt : Math.max(final.at, createdAt);
    const charge = at === changedAt ? this.#charge : chargeAt(this.#ordered, at);
    this.#measure("resolution", createdAt, at, charge, { previousAt: this.#lastResolvedAt, answers: this.#answers });
    if (this.#botWrote && this.#answers === 0 && !this.#handedOver) {
      this.#measure("bot_resolution", createdAt, at, charge);
    }
    this.#handle(at, charge);
    this.#sla.end("resolution", at, charge);
    this.#sla.withdraw("first_response", at, charge);
    this.#sla.withdraw("reply", at, charge);
    this.#spans.resolve(at);
    this.#resolvedBy = charge;
    this.#lastResolvedAt = at;
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

  #measure(
    kind: MeasurementKind,
    startedAt: number,
    at: number,
    charge: Charge,
    more: Pick<FoldedMeasurement, "previousAt" | "answers"> = { previousAt: null, answers: null },
  ): void {
    this.#measurements.push({ kind, startedAt, at, durationMs: at - startedAt, ...more, ...charge });
  }
}
