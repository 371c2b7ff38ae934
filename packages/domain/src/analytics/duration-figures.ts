import { z } from "zod";

const seconds = z.number().nonnegative().nullable();

/** Every hour, or only those in which people work: then what has no working hours is left out. */
export type DurationClock = "wall" | "business";

/** How long something took, over all measurements of a range or a bucket. */
export const durationFigures = z.strictObject({
  count: z.int().nonnegative(),
  averageSeconds: seconds,
  medianSeconds: seconds,
  p90Seconds: seconds,
  p95Seconds: seconds,
  p99Seconds: seconds,
});
export type DurationFigures = z.output<typeof durationFigures>;

export const durationSpread = durationFigures.extend({ minSeconds: seconds, maxSeconds: seconds });
export type DurationSpread = z.output<typeof durationSpread>;

/** The same in milliseconds, as measured. */
export interface MeasuredDurations {
  readonly count: number;
  readonly averageMs: number;
  readonly medianMs: number;
  readonly p90Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly minMs: number;
  readonly maxMs: number;
}

const inSeconds = (ms: number | undefined): number | null => (ms === undefined ? null : ms / 1000);

/** Milliseconds as seconds; nothing measured gives count 0 and nulls. */
export function toDurationFigures(measured: MeasuredDurations | undefined): DurationFigures {
  return {
    count: measured?.count ?? 0,
    averageSeconds: inSeconds(measured?.averageMs),
    medianSeconds: inSeconds(measured?.medianMs),
    p90Seconds: inSeconds(measured?.p90Ms),
    p95Seconds: inSeconds(measured?.p95Ms),
    p99Seconds: inSeconds(measured?.p99Ms),
  };
}

/** The same with the shortest and the longest. */
export function toDurationSpread(measured: MeasuredDurations | undefined): DurationSpread {
  return {
    ...toDurationFigures(measured),
    minSeconds: inSeconds(measured?.minMs),
    maxSeconds: inSeconds(measured?.maxMs),
  };
}
