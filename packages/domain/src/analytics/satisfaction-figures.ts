import { z } from "zod";
import { cochranArmitage } from "../statistics/cochran-armitage.ts";
import { wilsonInterval } from "../statistics/wilson-interval.ts";
import { type Bucketed, byBucket } from "./bucketed.ts";

const count = z.int().nonnegative();
const share = z.number().min(0).max(1);
const interval = z.strictObject({ low: share, high: share }).nullable();

/** What customers said when they were asked. Answers count by the time when they were first given. */
export const satisfactionFigures = z.strictObject({
  answered: count,
  /** Ratings of 4 and 5 among all; null without any. */
  score: share.nullable(),
  averageRating: z.number().min(1).max(5).nullable(),
  surveysSent: count,
  /** Of the surveys sent in this time, those that were answered, whenever. */
  surveysAnswered: count,
  responseRate: share.nullable(),
});
export type SatisfactionFigures = z.output<typeof satisfactionFigures>;

/** A trend is called one when chance gives as much in less than one case of twenty. */
export const trendPValueMax = 0.05;

export const satisfactionComment = z.strictObject({
  at: z.iso.datetime({ offset: true }),
  rating: z.int().min(1).max(5),
  comment: z.string(),
  /** The conversation's key at its source. */
  conversation: z.string(),
  agentId: z.uuid().nullable(),
  agent: z.string().nullable(),
});
export type SatisfactionComment = z.output<typeof satisfactionComment>;

export const satisfactionTotals = satisfactionFigures.extend({
  distribution: z.array(z.strictObject({ rating: z.int().min(1).max(5), count })),
  /** Wilson's, at 95 %. */
  scoreInterval: interval,
  responseRateInterval: interval,
  /** Of the score over the buckets, by the test of Cochran and Armitage; null where it says nothing. */
  trend: z
    .strictObject({
      direction: z.enum(["rising", "falling", "none"]),
      z: z.number(),
      pValue: share,
    })
    .nullable(),
  /** Newest first, at most 50. */
  comments: z.array(satisfactionComment),
});
export type SatisfactionTotals = z.output<typeof satisfactionTotals>;

/** Answers by rating, from 1 to 5. */
export type RatingCounts = readonly [number, number, number, number, number];

export interface SatisfactionFacts {
  readonly ratings: readonly Bucketed<{ readonly counts: RatingCounts }>[];
  readonly surveys: readonly Bucketed<{ readonly sent: number; readonly answered: number }>[];
}

const noRatings: RatingCounts = [0, 0, 0, 0, 0];
const sum = (counts: readonly number[]): number => counts.reduce((total, each) => total + each, 0);
const ratio = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);

/** The figures of a bucket (its index) or of the range (null); zeros and nulls where nothing was said. */
export function satisfactionFiguresFrom(facts: SatisfactionFacts): (bucket: number | null) => SatisfactionFigures {
  const ratings = byBucket(facts.ratings);
  const surveys = byBucket(facts.surveys);
  return (bucket) => {
    const counts = ratings.get(bucket)?.counts ?? noRatings;
    const { sent, answered: answeredOfSent } = surveys.get(bucket) ?? { sent: 0, answered: 0 };
    const answered = sum(counts);
    return {
      answered,
      score: ratio(counts[3] + counts[4], answered),
      averageRating: ratio(sum(counts.map((each, index) => each * (index + 1))), answered),
      surveysSent: sent,
      surveysAnswered: answeredOfSent,
      responseRate: ratio(answeredOfSent, sent),
    };
  };
}

/** The same of the whole range, with what is told of it only. */
export function satisfactionTotalsFrom(
  facts: SatisfactionFacts,
  comments: readonly SatisfactionComment[],
): SatisfactionTotals {
  const figures = satisfactionFiguresFrom(facts)(null);
  const counts = byBucket(facts.ratings).get(null)?.counts ?? noRatings;
  const trend = cochranArmitage(
    facts.ratings.flatMap(({ bucket, counts: given }) =>
      bucket === null ? [] : [{ score: bucket, part: given[3] + given[4], whole: sum(given) }],
    ),
  );
  return {
    ...figures,
    distribution: counts.map((each, index) => ({ rating: index + 1, count: each })),
    scoreInterval: wilsonInterval(counts[3] + counts[4], figures.answered),
    responseRateInterval: wilsonInterval(figures.surveysAnswered, figures.surveysSent),
    trend:
      trend === null
        ? null
        : { ...trend, direction: trend.pValue >= trendPValueMax ? "none" : trend.z > 0 ? "rising" : "falling" },
    comments: [...comments],
  };
}
