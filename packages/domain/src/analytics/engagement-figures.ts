import { z } from "zod";
import { type Bucketed, byBucket } from "./bucketed.ts";

const count = z.int().nonnegative();
const rate = z.number().nonnegative().nullable();
const localTime = z.iso.datetime({ offset: true });

/** Who writes, and how much. A customer is active where they began a conversation or wrote a public message. */
export const engagementFigures = z.strictObject({
  activeCustomers: count,
  /** Whose first conversation ever began in this time. */
  newCustomers: count,
  returningCustomers: count,
  /** Conversations begun, by anybody; and those of no known customer, which count for no customer above. */
  conversations: count,
  conversationsWithoutCustomer: count,
  /** Public messages from customers. */
  messages: count,
  conversationsPerCustomer: rate,
  messagesPerCustomer: rate,
  /** Reopenings at most seven days after the resolution. */
  reopenedWithin7Days: count,
});
export type EngagementFigures = z.output<typeof engagementFigures>;

/** Customers by when they first began a conversation, and how many of them were active so many periods later. */
const cohort = z.strictObject({
  start: localTime,
  customers: count,
  /** By periods after the first, from 0; the last may not have passed whole. */
  active: z.array(count),
  retention: z.array(z.number().min(0).max(1).nullable()),
});
const cohorts = z.array(cohort);

export const engagementTotals = engagementFigures.extend({
  /** The twelve weeks and months that end with the range, in the report's zone. */
  weeklyCohorts: cohorts,
  monthlyCohorts: cohorts,
});
export type EngagementTotals = z.output<typeof engagementTotals>;
export type Cohort = z.output<typeof cohort>;

export interface ActivityMeasured {
  readonly active: number;
  readonly fresh: number;
  readonly conversations: number;
  readonly withoutCustomer: number;
  readonly customerConversations: number;
  readonly messages: number;
  readonly customerMessages: number;
}

export interface EngagementFacts {
  readonly activity: readonly Bucketed<ActivityMeasured>[];
  readonly reopenings: readonly Bucketed<{ readonly count: number }>[];
}

const ratio = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);

/** The figures of a bucket (its index) or of the range (null); zeros and nulls where nobody wrote. */
export function engagementFiguresFrom(facts: EngagementFacts): (bucket: number | null) => EngagementFigures {
  const activity = byBucket(facts.activity);
  const reopenings = byBucket(facts.reopenings);
  return (bucket) => {
    const found = activity.get(bucket);
    const active = found?.active ?? 0;
    return {
      activeCustomers: active,
      newCustomers: found?.fresh ?? 0,
      returningCustomers: active - (found?.fresh ?? 0),
      conversations: found?.conversations ?? 0,
      conversationsWithoutCustomer: found?.withoutCustomer ?? 0,
      messages: found?.messages ?? 0,
      conversationsPerCustomer: ratio(found?.customerConversations ?? 0, active),
      messagesPerCustomer: ratio(found?.customerMessages ?? 0, active),
      reopenedWithin7Days: reopenings.get(bucket)?.count ?? 0,
    };
  };
}

/** How many customers whose first period is `first` were active in `period`, both by index. */
export interface CohortCount {
  readonly first: number;
  readonly period: number;
  readonly customers: number;
}

/** Cohorts from counts; `starts` are the periods' first instants as local times. Periods without new customers stay. */
export function cohortsFrom(counts: readonly CohortCount[], starts: readonly string[]): Cohort[] {
  return starts.map((start, first) => {
    const active = starts.slice(first).map((_, after) => {
      const found = counts.find((one) => one.first === first && one.period === first + after);
      return found?.customers ?? 0;
    });
    const customers = active[0] ?? 0;
    return { start, customers, active, retention: active.map((each) => ratio(each, customers)) };
  });
}
