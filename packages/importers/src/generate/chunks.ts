import type { ConversationEvent } from "@deskpulse/domain/ingest/event";
import { Arrivals } from "./arrivals.ts";
import { liveConversation, type Surroundings } from "./conversation-life.ts";
import { LocalClock } from "./local-clock.ts";
import { Random } from "./random.ts";
import { Skewed } from "./skewed.ts";
import type { TenantPlan } from "./tenant-plan.ts";

/** Conversations that are generated and committed together: a few megabytes. */
export const chunkConversations = 1_000;

/** What a tenant's conversations are drawn from; agents, inboxes, customers and labels are used with skew. */
export function surround(plan: TenantPlan): Surroundings {
  return {
    plan,
    clock: new LocalClock(plan.timezone, plan.workingHours, plan.from, plan.until),
    agents: new Skewed(plan.agents.length, 0.6),
    inboxes: new Skewed(plan.inboxes.length, 0.9),
    customers: new Skewed(plan.customers, 0.75),
    labels: new Skewed(plan.labels.length, 0.8),
  };
}

export const chunkCount = (plan: TenantPlan): number => Math.ceil(plan.conversations / chunkConversations);

/** The key of the chunk's first conversation: it is there when the chunk is. */
export const firstOfChunk = (plan: TenantPlan, chunk: number): string => keyOf(plan, chunk * chunkConversations);

const keyOf = (plan: TenantPlan, index: number): string => `${plan.key}-${index + 1}`;

/** Makes a tenant's chunks, in any order: each follows from the plan and its number alone. */
export class ChunkMaker {
  readonly #surroundings: Surroundings;
  readonly #arrivals: Arrivals;

  constructor(plan: TenantPlan) {
    this.#surroundings = surround(plan);
    this.#arrivals = new Arrivals(this.#surroundings.clock, plan.from, plan.until, new Random(plan.key, "arrivals"));
  }

  /** The events of each conversation of the chunk. */
  *conversations(chunk: number): Generator<readonly ConversationEvent[]> {
    const { plan } = this.#surroundings;
    const random = new Random(plan.key, "chunk", chunk);
    const end = Math.min(plan.conversations, (chunk + 1) * chunkConversations);
    for (let index = chunk * chunkConversations; index < end; index++) {
      const createdAt = this.#arrivals.at((index + random.share()) / plan.conversations);
      yield liveConversation(this.#surroundings, random, keyOf(plan, index), createdAt, plan.until);
    }
  }
}
