import { bucketStarts, bucketsMax, type InstantRange } from "../time/buckets.ts";
import { comparisonRange } from "../time/range.ts";
import type { ReportInput } from "./report-request.ts";

/** A range cut into buckets: epoch milliseconds ascending, the first at or before the range's begin. */
export interface BucketedRange extends InstantRange {
  readonly startsMs: readonly number[];
  /** The first instant after the last bucket. */
  readonly endMs: number;
}

export interface ReportPlan {
  readonly current: BucketedRange;
  readonly comparison: BucketedRange | null;
}

/** Which ranges and buckets a report covers. The comparison may have a bucket more or less: clocks and months differ. */
export function planReport(input: ReportInput): ReportPlan {
  const range = { fromMs: Date.parse(input.from), toMs: Date.parse(input.to) };
  return {
    current: inBuckets(range, input),
    comparison: input.compare === null ? null : inBuckets(comparisonRange(range, input.compare, input.timezone), input),
  };
}

const yearMs = 366 * 86_400_000;

function inBuckets(range: InstantRange, { groupBy, timezone }: ReportInput): BucketedRange {
  // the input was checked against the limit, and a comparison is hardly longer
  const startsMs = bucketStarts(range, groupBy, timezone, 2 * bucketsMax);
  const last = startsMs.at(-1) ?? range.fromMs;
  const [, next] = bucketStarts({ fromMs: last, toMs: last + 2 * yearMs }, groupBy, timezone, 1);
  return { ...range, startsMs, endMs: next ?? range.toMs };
}
