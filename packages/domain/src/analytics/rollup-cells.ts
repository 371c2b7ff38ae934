import type { MeasurementKind } from "../ingest/folded.ts";
import type { Bucketed } from "./bucketed.ts";
import type { MeasuredDurations } from "./duration-figures.ts";
import { addToSketch, type DurationSketch, sketchPercentiles } from "./duration-sketch.ts";
import type { BucketedRange } from "./report-plan.ts";

export const countedMetrics = ["created", "messages_in", "messages_out", "messages_private"] as const;
export type CountedMetric = (typeof countedMetrics)[number];

/** What is counted in a stretch of time that lies in one bucket, usually a local day. */
export interface CountCell {
  readonly metric: CountedMetric;
  readonly startsAtMs: number;
  readonly count: number;
}

/** What was measured there. */
export interface DurationCell {
  readonly metric: MeasurementKind;
  readonly startsAtMs: number;
  readonly count: number;
  readonly sumMs: number;
  readonly minMs: number;
  readonly maxMs: number;
  readonly sketchKeys: readonly number[];
  readonly sketchCounts: readonly number[];
}

/** A range's cells; what is absent happened nowhere. */
export interface RollupCells {
  readonly counts: readonly CountCell[];
  readonly durations: readonly DurationCell[];
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

/** How often a metric happened, in the range (bucket null, always there) and in each bucket in which it did. */
export function bucketedCounts(
  cells: RollupCells,
  metric: CountedMetric,
  range: BucketedRange,
): Bucketed<{ readonly count: number }>[] {
  const counts = new Map<number | null, number>([[null, 0]]);
  const add = (bucket: number | null, count: number) => counts.set(bucket, (counts.get(bucket) ?? 0) + count);
  const wanted = cells.counts.filter((cell) => cell.metric === metric);
  for (const [bucket, { count }] of inBuckets(wanted, range)) {
    add(bucket, count);
    add(null, count);
  }
  return [...counts].map(([bucket, count]) => ({ bucket, count }));
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
  cells: RollupCells,
  kind: MeasurementKind,
  range: BucketedRange,
): Bucketed<MeasuredDurations>[] {
  const merged = new Map<number | null, Merged>();
  const at = (bucket: number | null): Merged => {
    const known = merged.get(bucket) ?? new Merged();
    merged.set(bucket, known);
    return known;
  };
  const wanted = cells.durations.filter((cell) => cell.metric === kind);
  for (const [bucket, cell] of inBuckets(wanted, range)) {
    at(bucket).add(cell);
    at(null).add(cell);
  }
  return [...merged].map(([bucket, cell]) => ({ bucket, ...cell.result() }));
}
