import type { ConversationEvent, Priority } from "@deskpulse/domain/ingest/event";
import { Life } from "./life.ts";
import type { LocalClock } from "./local-clock.ts";
import { messageText } from "./message-texts.ts";
import type { Random } from "./random.ts";
import type { Skewed } from "./skewed.ts";
import { customerKey, labelNames, type PlannedAgent, type PlannedInbox, type TenantPlan } from "./tenant-plan.ts";

type Promised = Omit<Extract<ConversationEvent, { type: "sla.applied" }>, "id" | "at" | "conversation" | "type">;

const secondMs = 1_000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

const priorities: readonly [Priority, ...Priority[]] = ["low", "medium", "medium", "high", "high", "urgent"];
/** Medians in working time, so that nights and weekends make them longer on the clock. */
const firstResponseMs: Record<Priority | "none", number> = {
  urgent: 6 * minuteMs,
  high: 15 * minuteMs,
  medium: 30 * minuteMs,
  low: 70 * minuteMs,
  none: 35 * minuteMs,
};
/** What is promised for what is urgent. */
const serviceLevels: Partial<Record<Priority, Promised>> = {
  urgent: {
    policy: "urgent",
    firstResponseSeconds: 1_800,
    replySeconds: 3_600,
    resolutionSeconds: 86_400,
    businessHours: false,
  },
  high: {
    policy: "high",
    firstResponseSeconds: 3_600,
    replySeconds: 7_200,
    resolutionSeconds: 144_000,
    businessHours: true,
  },
};
/** So many are answered outside of working hours by whoever is still there. */
const nightShare = 0.12;
const automationErrors = ["timeout", "webhook answered 500", "label is gone"] as const;

/** What a tenant's conversations are drawn from. */
export interface Surroundings {
  readonly plan: TenantPlan;
  readonly clock: LocalClock;
  readonly agents: Skewed;
  readonly inboxes: Skewed;
  readonly customers: Skewed;
  readonly labels: Skewed;
}

/**
 * One conversation from its beginning to `until`, as its events. What happens before `until` does not depend on it, so a
 * later `until` only adds events.
 */
export function liveConversation(
  surroundings: Surroundings,
  random: Random,
  key: string,
  createdAt: number,
  until: number,
): readonly ConversationEvent[] {
  const life = new Life(key, until);
  new Conversation(surroundings, random, life).live(createdAt);
  return life.events;
}

class Conversation {
  readonly #from: Surroundings;
  readonly #random: Random;
  readonly #life: Life;
  readonly #inbox: PlannedInbox;
  #agent: PlannedAgent;
  #priority: Priority | null = null;

  constructor(surroundings: Surroundings, random: Random, life: Life) {
    this.#from = surroundings;
    this.#random = random;
    this.#life = life;
    this.#inbox = chosen(surroundings.plan.inboxes, surroundings.inboxes, random);
    this.#agent = this.#someAgent();
  }

  live(createdAt: number): void {
    const { customers } = this.#from;
    const customer = customerKey(customers.rank(this.#random));
    this.#life.add(createdAt, { type: "conversation.created", inbox: this.#inbox.key, customer });
    this.#says(createdAt, "asks");
    let at = this.#triage(createdAt + this.#wait(2 * secondMs, 0.5));
    if (this.#inbox.hasBot) {
      const handedOver = this.#talkToBot(at);
      if (handedOver === null) return;
      at = handedOver;
    }
    if (this.#random.chance(0.03)) {
      this.#dismiss(at);
      return;
    }
    at = this.#serve(this.#assign(at), 0.64);
    for (let round = 0; ; round++) {
      const resolvedAt = this.#resolve(at, round === 0);
      if (resolvedAt === null || round === 2 || !this.#random.chance(0.09)) return;
      at = this.#reopen(resolvedAt);
    }
  }

  /** Rules that run on arrival: labels and urgency. */
  #triage(at: number): number {
    const random = this.#random;
    let now = at;
    if (random.chance(0.55)) now = this.#automate(now, "label-by-words", "conversation.created", ["add_label"]);
    if (random.chance(0.6)) {
      const labels = Array.from({ length: 1 + random.below(2) }, () => chosen(labelNames, this.#from.labels, random));
      this.#life.add(now, { type: "conversation.labelled", labels: [...new Set(labels)] });
    }
    if (random.chance(0.4)) {
      now += this.#wait(secondMs, 0.5);
      this.#priority = random.pick(priorities);
      this.#life.add(now, { type: "conversation.priority", priority: this.#priority });
      const promised = serviceLevels[this.#priority];
      if (promised !== undefined) this.#life.addNamed(now, "sla", { type: "sla.applied", ...promised });
    }
    return now;
  }

  #automate(at: number, rule: string, trigger: string, actions: string[]): number {
    const durationMs = Math.max(1, Math.round(this.#random.logNormal(120, 0.8)));
    const ended = at + durationMs;
    const fact = { type: "automation.ran", rule, trigger, actions, durationMs } as const;
    if (this.#random.chance(0.04)) {
      this.#life.add(ended, { ...fact, outcome: "failed", error: this.#random.pick(automationErrors) });
    } else this.#life.add(ended, { ...fact, outcome: "succeeded" });
    return ended;
  }

  /** When the bot gave up and handed over; null when it solved the matter. */
  #talkToBot(at: number): number | null {
    let now = at;
    const turns = 1 + this.#random.below(3);
    for (let turn = 0; turn < turns; turn++) {
      now += this.#wait(4 * secondMs, 0.6);
      this.#writes(now, "bot", "botLines");
      now += this.#wait(50 * secondMs, 0.9);
      this.#says(now, "details");
    }
    now += this.#wait(5 * secondMs, 0.6);
    if (this.#random.chance(0.3)) {
      this.#writes(now, "bot", "botLines");
      this.#status(now + this.#wait(10 * minuteMs, 0.4), "resolved");
      return null;
    }
    this.#life.add(now, { type: "conversation.handoff" });
    return now;
  }

  /** Nothing to answer: closed by hand, unread by anybody. */
  #dismiss(at: number): void {
    this.#status(this.#later(at, 3 * hourMs, 1), "resolved");
  }

  #assign(at: number): number {
    const random = this.#random;
    let now = at;
    if (random.chance(0.35))
      now = this.#automate(now, "assign-by-team", "conversation.created", ["assign_team", "assign_agent"]);
    else now += this.#wait(2 * minuteMs, 1);
    const { key: agent, team } = this.#agent;
    this.#life.add(now, { type: "conversation.assigned", agent, team });
    return now;
  }

  /** Answers and questions in turn until there are no more; returns when the last answer was given. */
  #serve(at: number, another: number): number {
    const random = this.#random;
    const median = firstResponseMs[this.#priority ?? "none"];
    let since = at;
    let now = this.#later(at, median, 1.1);
    for (let turn = 0; turn < 12; turn++) {
      if (random.chance(0.12)) this.#writes(Math.max(since, now - this.#wait(40 * secondMs, 0.3)), "agent", "notes");
      if (random.chance(0.06)) now = this.#handOn(now);
      this.#writes(now, "agent", "answers");
      if (random.chance(0.1)) now = this.#setAside(now);
      if (!random.chance(another)) break;
      now += this.#wait(40 * minuteMs, 1.6);
      this.#says(now, "details");
      if (random.chance(0.2)) {
        now += this.#wait(50 * secondMs, 0.8);
        this.#says(now, "details");
      }
      since = now;
      now = this.#later(now, median * 0.8, 1);
    }
    return now;
  }

  #handOn(at: number): number {
    this.#agent = this.#someAgent();
    const { key: agent, team } = this.#agent;
    this.#life.add(at, { type: "conversation.assigned", agent, team });
    return this.#later(at, 10 * minuteMs, 0.9);
  }

  /** Waiting for the customer or until a set time. */
  #setAside(at: number): number {
    const since = at + this.#wait(20 * secondMs, 0.6);
    this.#status(since, this.#random.chance(0.5) ? "snoozed" : "pending");
    const back = since + this.#wait(14 * hourMs, 0.7);
    this.#status(back, "open");
    return back;
  }

  /** When it was resolved, or null for what stays open. Asks for a rating once. */
  #resolve(at: number, asksForRating: boolean): number | null {
    const random = this.#random;
    if (random.chance(0.025)) return null;
    const resolvedAt = random.chance(0.3)
      ? this.#automate(at + dayMs, "close-when-silent", "time", ["resolve"])
      : this.#later(at, 50 * minuteMs, 1.3);
    this.#status(resolvedAt, "resolved");
    if (!asksForRating || !random.chance(0.65)) return resolvedAt;
    const sentAt = resolvedAt + this.#wait(3 * secondMs, 0.3);
    this.#life.add(sentAt, { type: "csat.sent" });
    if (random.chance(0.32)) this.#rate(sentAt);
    return resolvedAt;
  }

  #rate(sentAt: number): void {
    const random = this.#random;
    const rating = random.chance(0.55) ? 5 : random.chance(0.5) ? 4 : 1 + random.below(3);
    const answeredAt = sentAt + this.#wait(3 * hourMs, 1.4);
    const comment = random.chance(0.3) ? messageText("comments", random) : null;
    this.#life.add(answeredAt, { type: "csat.answered", rating, comment });
  }

  /** The customer comes back; returns when that was answered. */
  #reopen(resolvedAt: number): number {
    const at = resolvedAt + this.#wait(20 * hourMs, 1.2);
    this.#says(at, "details");
    this.#status(at + 1, "open");
    return this.#serve(at + 1, 0.4);
  }

  #says(at: number, kind: "asks" | "details"): void {
    const content = messageText(kind, this.#random);
    this.#life.add(at, { type: "message.created", direction: "in", sender: "customer", private: false, content });
  }

  #writes(at: number, sender: "agent" | "bot", kind: "answers" | "notes" | "botLines"): void {
    const content = messageText(kind, this.#random);
    const fact = { type: "message.created", direction: "out", private: kind === "notes", content } as const;
    this.#life.add(at, sender === "agent" ? { ...fact, sender, agent: this.#agent.key } : { ...fact, sender });
  }

  #status(at: number, status: "open" | "pending" | "snoozed" | "resolved"): void {
    this.#life.add(at, { type: "conversation.status", status });
  }

  #someAgent(): PlannedAgent {
    return chosen(this.#from.plan.agents, this.#from.agents, this.#random);
  }

  /** A wait on the clock, whole milliseconds, at most thirty days. */
  #wait(medianMs: number, sigma: number): number {
    return Math.min(30 * dayMs, Math.max(1, Math.round(this.#random.logNormal(medianMs, sigma))));
  }

  /** When somebody gets to it: after a wait in working time, or now and then at night all the same. */
  #later(at: number, medianMs: number, sigma: number): number {
    const { clock } = this.#from;
    const ms = this.#wait(medianMs, sigma);
    if (!clock.isStaffed(at) && this.#random.chance(nightShare)) return at + 2 * ms;
    return clock.afterStaffed(at, ms);
  }
}

function chosen<T>(items: readonly T[], skewed: Skewed, random: Random): T {
  const item = items[skewed.rank(random)];
  if (item === undefined) throw new Error("The ranks do not fit the items");
  return item;
}
