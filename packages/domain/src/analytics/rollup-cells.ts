import type { Bucketed } from "./bucketed.ts";
import type { MeasuredDurations } from "./duration-figures.ts";
import { addToSketch, type DurationSketch, sketchPercentiles } from "./duration-sketch.ts";
import type { BucketedRange } from "./report-plan.ts";
import type { DayMetric, SketchedKind } from "./rollup-metrics.ts";

/** What is counted in a stretch of time that lies in one bucket, usually a local day; what is absent is 0. */
export interface CountCell<Metric extends string = DayMetric> {
  readonly startsAtMs: number;
  readonly counts: Readonly<Partial<Record<Metric, number>>>;
}

/** What was measured there. */
export interface DurationCell {
  readonly metric: SketchedKind;
  readonly startsAtMs: number;
  readonly count: number;
  readonly sumMs: number;
  readonly minMs: number;
  readonly maxMs: number;
  readonly sketchKeys: readonly number[];
  readonly sketchCounts: readonly number[];
}

/** What was counted in quarter hours, ascending: for each its first instant and a count for each metric. */
export interface QuarterCounts<Metric extends string> {
  readonly startsMs: readonly number[];
  readonly metrics: readonly Metric[];
  readonly counts: readonly (readonly number[])[];
}

/** Each cell with the index of its bucket. */
function inBuckets<Cell extends { readonly startsAtMs: number }>(
  cells: readonly Cell[],
  { startsMs }: BucketedRange,
): readonly (readonly [number, Cell])[] {
  const ordered = [...cells].sort((a, b) => a.startsAtMs - b.startsAtMs);
  let bucket = 0;
  return ordered.map((cell) => {
    while ((startsMs[bucket + 1] ?? Number.POSITIVE_INFINITY) <= cell.startsAtMs) bucket += 1;
    return [bucket, cell];
  });
}

/** How often each metric happened, in the range (bucket null, always there) and in each bucket in which any did. */
export function bucketedCounts<Metric extends string>(
  cells: readonly CountCell<Metric>[],
  metrics: readonly Metric[],
  range: BucketedRange,
): Bucketed<Record<Metric, number>>[] {
  const none = (): Record<Metric, number> =>
    // every metric is given a number right here
    Object.fromEntries(metrics.map((metric) => [metric, 0])) as Record<Metric, number>;
  const total = none();
  const found = new Map<number | null, Record<Metric, number>>([[null, total]]);
  for (const [bucket, { counts }] of inBuckets(cells, range)) {
    const sums = found.get(bucket) ?? none();
    found.set(bucket, sums);
    for (const metric of metrics) {
      const count = counts[metric] ?? 0;
      sums[metric] += count;
      total[metric] += count;
    }
  }
  return [...found].map(([bucket, sums]) => ({ ...sums, bucket }));
}

/** The same of quarter hours, which lie whole in the buckets. */
export function bucketedQuarters<Metric extends string>(
  { startsMs, metrics, counts }: QuarterCounts<Metric>,
  range: BucketedRange,
): Bucketed<Record<Metric, number>>[] {
  const sums = new Map<number | null, number[]>([[null, metrics.map(() => 0)]]);
  let bucket = 0;
  for (const [index, startMs] of startsMs.entries()) {
    while ((range.startsMs[bucket + 1] ?? Number.POSITIVE_INFINITY) <= startMs) bucket += 1;
    const sum = sums.get(bucket) ?? metrics.map(() => 0);
    sums.set(bucket, sum);
    const found = counts[index] ?? [];
    for (let place = 0; place < metrics.length; place++) sum[place] = (sum[place] ?? 0) + (found[place] ?? 0);
  }
  const total = sums.get(null) ?? [];
  for (const [of, sum] of sums) {
    if (of === null) continue;
    for (let place = 0; place < metrics.length; place++) total[place] = (total[place] ?? 0) + (sum[place] ?? 0);
  }
  return [...sums].map(([of, sum]) => ({
    // every metric has its place in the sums
    ...(Object.fromEntries(metrics.map((metric, place) => [metric, sum[place] ?? 0])) as Record<Metric, number>),
    bucket: of,
  }));
}

class Merged {
  #count = 0;
  #sumMs = 0;
  #minMs = Number.POSITIVE_INFINITY;
  #maxMs = 0;
  readonly #sketch: DurationSketch = new Map();

  add(cell: DurationCell): void {
    this.#count += cell.count;
    this.#sumMs += cell.sumMs;
    this.#minMs = Math.min(this.#minMs, cell.minMs);
    this.#maxMs = Math.max(this.#maxMs, cell.maxMs);
    addToSketch(this.#sketch, cell.sketchKeys, cell.sketchCounts);
  }

  result(): MeasuredDurations {
    const [minMs, maxMs] = [this.#minMs, this.#maxMs];
    const [medianMs = 0, p90Ms = 0, p95Ms = 0, p99Ms = 0] = sketchPercentiles(this.#sketch, [0.5, 0.9, 0.95, 0.99]).map(
      (ms) => Math.min(Math.max(ms, minMs), maxMs),
    );
    const averageMs = this.#sumMs / this.#count;
    return { count: this.#count, averageMs, medianMs, p90Ms, p95Ms, p99Ms, minMs, maxMs };
  }
}

/**
 * How long a kind of measurement took (milliseconds), in the range (bucket null) and in each bucket. Count, average,
 * minimum and maximum are exact, percentiles within `sketchErrorMax`. Where nothing was measured there is no row.
 */
export function bucketedDurations(
  cells: readonly DurationCell[],
  kind: SketchedKind,
  range: BucketedRange,
): Bucketed<MeasuredDurations>[] {
  const merged = new Map<number | null, Merged>();
  const at = (bucket: number | null): Merged => {
    const known = merged.get(bucket) ?? new Merged();
    merged.set(bucket, known);
    return known;
  };
  const wanted = cells.filter((cell) => cell.metric === kind);
  for (const [bucket, cell] of inBuckets(wanted, range)) {
    at(bucket).add(cell);
    at(null).add(cell);
  }
  return [...merged].map(([bucket, cell]) => ({ bucket, ...cell.result() }));
}
