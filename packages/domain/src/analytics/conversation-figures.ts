import { z } from "zod";
import { type Bucketed, byBucket } from "./bucketed.ts";
import { durationFigures, type MeasuredDurations, toDurationFigures } from "./duration-figures.ts";
import type { RatingCounts } from "./satisfaction-figures.ts";
import type { Standing } from "./standing.ts";

const count = z.int().nonnegative();
/** From 0 to 1; null of nothing. */
const share = z.number().min(0).max(1).nullable();

/** What happened to conversations. Everything counts by the time of its event. */
export const conversationFigures = z.strictObject({
  created: count,
  /** Changes to resolved; a conversation that is resolved twice counts twice. */
  resolved: count,
  /** Conversations that were resolved at least once; over a range this is no sum of its buckets. */
  uniqueResolved: count,
  /** Changes from resolved back. */
  reopened: count,
  /** How conversations stood at the end: open, of these without an answer or waiting again, and without an agent. */
  open: count,
  unattended: count,
  unassigned: count,
  /** Public messages from customers and to them, and private notes, which are neither. */
  messagesIn: count,
  messagesOut: count,
  messagesPrivate: count,
  firstResponse: durationFigures,
  reply: durationFigures,
  /** From the creation of a conversation to each change to resolved. */
  resolution: durationFigures,
  /** Resolutions in which a bot wrote, nobody answered and the bot had not handed over. */
  botResolved: count,
  /** A conversation's first handoff from a bot to people. */
  handoffs: count,
  quality: z.strictObject({
    /** Ratings of 4 and 5 among all. */
    satisfactionScore: share,
    /** Reopenings per resolution. */
    reopenRate: z.number().nonnegative().nullable(),
    /** Resolutions after exactly one answer among all. */
    firstReplyResolutionShare: share,
  }),
});
export type ConversationFigures = z.output<typeof conversationFigures>;

/** What the queries found, for the range and its buckets. */
export interface ConversationFacts {
  readonly created: readonly Bucketed<{ readonly created: number }>[];
  readonly firstResponses: readonly Bucketed<MeasuredDurations>[];
  readonly replies: readonly Bucketed<MeasuredDurations>[];
  readonly resolutions: readonly Bucketed<MeasuredDurations>[];
  readonly outcomes: readonly Bucketed<Outcomes>[];
  readonly messages: readonly Bucketed<Messages>[];
  readonly standing: (bucket: number | null) => Standing;
  readonly ratings: readonly Bucketed<{ readonly counts: RatingCounts }>[];
}

interface Outcomes {
  readonly resolved: number;
  readonly uniqueResolved: number;
  readonly reopened: number;
  readonly botResolved: number;
  readonly handoffs: number;
  readonly oneTouch: number;
}

interface Messages {
  readonly messagesIn: number;
  readonly messagesOut: number;
  readonly messagesPrivate: number;
}

const noOutcomes: Outcomes = { resolved: 0, uniqueResolved: 0, reopened: 0, botResolved: 0, handoffs: 0, oneTouch: 0 };
const noMessages: Messages = { messagesIn: 0, messagesOut: 0, messagesPrivate: 0 };
const ratio = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);

/** The figures of a bucket or an entry of a breakdown (its index) or of the range (null); zeros and nulls where nothing was found. */
export function conversationFiguresFrom(facts: ConversationFacts): (bucket: number | null) => ConversationFigures {
  const created = byBucket(facts.created);
  const firstResponses = byBucket(facts.firstResponses);
  const replies = byBucket(facts.replies);
  const resolutions = byBucket(facts.resolutions);
  const outcomes = byBucket(facts.outcomes);
  const messages = byBucket(facts.messages);
  const ratings = byBucket(facts.ratings);
  return (bucket) => {
    const resolution = toDurationFigures(resolutions.get(bucket));
    const { resolved, uniqueResolved, reopened, botResolved, handoffs, oneTouch } = outcomes.get(bucket) ?? noOutcomes;
    const { messagesIn, messagesOut, messagesPrivate } = messages.get(bucket) ?? noMessages;
    const [bad = 0, poor = 0, fair = 0, good = 0, best = 0] = ratings.get(bucket)?.counts ?? [];
    const { open, unattended, unassigned } = facts.standing(bucket);
    return {
      created: created.get(bucket)?.created ?? 0,
      resolved,
      uniqueResolved,
      reopened,
      open,
      unattended,
      unassigned,
      messagesIn,
      messagesOut,
      messagesPrivate,
      firstResponse: toDurationFigures(firstResponses.get(bucket)),
      reply: toDurationFigures(replies.get(bucket)),
      resolution,
      botResolved,
      handoffs,
      quality: {
        satisfactionScore: ratio(good + best, bad + poor + fair + good + best),
        reopenRate: ratio(reopened, resolved),
        firstReplyResolutionShare: ratio(oneTouch, resolved),
      },
    };
  };
}
