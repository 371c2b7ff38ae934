import { z } from "zod";
import { type Bucketed, byBucket } from "./bucketed.ts";
import { durationSpread, type MeasuredDurations, toDurationSpread } from "./duration-figures.ts";
import { responseClasses } from "./response-classes.ts";

/** How long customers waited for answers. Everything counts by the time of the answer. */
export const responseFigures = z.strictObject({
  /** From the creation, or the latest handoff or reopening before it, to the first human answer. */
  firstResponse: durationSpread,
  /** From when the customer began to wait to each later human answer. */
  reply: durationSpread,
});
export type ResponseFigures = z.output<typeof responseFigures>;

/** First responses of one class of waiting time: `fromSeconds` included, `toSeconds` (null: no end) not. */
const responseClass = z.strictObject({
  name: z.string(),
  fromSeconds: z.number(),
  toSeconds: z.number().nullable(),
  count: z.int().nonnegative(),
});

export const responseTotals = responseFigures.extend({ firstResponseHistogram: z.array(responseClass) });
export type ResponseTotals = z.output<typeof responseTotals>;

/** What the queries found: durations for the range and its buckets, counts by class index for the range. */
export interface ResponseFacts {
  readonly firstResponses: readonly Bucketed<MeasuredDurations>[];
  readonly replies: readonly Bucketed<MeasuredDurations>[];
  readonly classes: readonly { readonly index: number; readonly count: number }[];
}

/** The figures of a bucket (its index) or of the range (null); zeros and nulls where nothing was measured. */
export function responseFiguresFrom(
  facts: Pick<ResponseFacts, "firstResponses" | "replies">,
): (bucket: number | null) => ResponseFigures {
  const firstResponses = byBucket(facts.firstResponses);
  const replies = byBucket(facts.replies);
  return (bucket) => ({
    firstResponse: toDurationSpread(firstResponses.get(bucket)),
    reply: toDurationSpread(replies.get(bucket)),
  });
}

/** The range's figures with the classes of its first responses, all of them, empty ones with 0. */
export function responseTotalsFrom(facts: ResponseFacts): ResponseTotals {
  const counts = new Map(facts.classes.map(({ index, count }) => [index, count]));
  const firstResponseHistogram = responseClasses.map(({ name, belowMs }, index) => ({
    name,
    fromSeconds: (responseClasses[index - 1]?.belowMs ?? 0) / 1000,
    toSeconds: belowMs === null ? null : belowMs / 1000,
    count: counts.get(index) ?? 0,
  }));
  return { ...responseFiguresFrom(facts)(null), firstResponseHistogram };
}
