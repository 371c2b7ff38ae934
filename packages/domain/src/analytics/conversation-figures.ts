import { z } from "zod";
import { type Bucketed, byBucket } from "./bucketed.ts";
import { durationFigures, type MeasuredDurations, toDurationFigures } from "./duration-figures.ts";

const count = z.int().nonnegative();

/** What happened to conversations. Everything counts by the time of its event. */
export const conversationFigures = z.strictObject({
  created: count,
  /** Changes to resolved; a conversation that is resolved twice counts twice. */
  resolved: count,
  /** Conversations that were resolved at least once; over a range this is no sum of its buckets. */
  uniqueResolved: count,
  /** Changes from resolved back. */
  reopened: count,
  /** Public messages from customers and to them; private notes are neither. */
  messagesIn: count,
  messagesOut: count,
  firstResponse: durationFigures,
  /** From the creation of a conversation to each change to resolved. */
  resolution: durationFigures,
});
export type ConversationFigures = z.output<typeof conversationFigures>;

/** What the queries found, for the range and its buckets. */
export interface ConversationFacts {
  readonly created: readonly Bucketed<{ readonly created: number }>[];
  readonly firstResponses: readonly Bucketed<MeasuredDurations>[];
  readonly resolutions: readonly Bucketed<MeasuredDurations>[];
  readonly outcomes: readonly Bucketed<{
    readonly resolved: number;
    readonly uniqueResolved: number;
    readonly reopened: number;
  }>[];
  readonly messages: readonly Bucketed<{ readonly messagesIn: number; readonly messagesOut: number }>[];
}

/** The figures of a bucket (its index) or of the range (null); zeros and nulls where nothing was found. */
export function conversationFiguresFrom(facts: ConversationFacts): (bucket: number | null) => ConversationFigures {
  const created = byBucket(facts.created);
  const firstResponses = byBucket(facts.firstResponses);
  const resolutions = byBucket(facts.resolutions);
  const outcomes = byBucket(facts.outcomes);
  const messages = byBucket(facts.messages);
  return (bucket) => {
    return {
      created: created.get(bucket)?.created ?? 0,
      resolved: outcomes.get(bucket)?.resolved ?? 0,
      uniqueResolved: outcomes.get(bucket)?.uniqueResolved ?? 0,
      reopened: outcomes.get(bucket)?.reopened ?? 0,
      messagesIn: messages.get(bucket)?.messagesIn ?? 0,
      messagesOut: messages.get(bucket)?.messagesOut ?? 0,
      firstResponse: toDurationFigures(firstResponses.get(bucket)),
      resolution: toDurationFigures(resolutions.get(bucket)),
    };
  };
}
