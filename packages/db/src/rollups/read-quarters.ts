import type { BucketedRange } from "@deskpulse/domain/analytics/report-plan";
import type { QuarterCounts } from "@deskpulse/domain/analytics/rollup-cells";
import type { QuarterMetric } from "@deskpulse/domain/analytics/rollup-metrics";
import { quarterMs } from "@deskpulse/domain/time/local-days";
import type { TenantTx } from "../transaction.ts";
import { numbersOf } from "./array-text.ts";
import { countsOfFacts, sumsOf } from "./counts-of-facts.ts";
import { joinedQuarters } from "./joined-quarters.ts";

/** Two weeks: more from the facts costs as much as the report without rollups. */
const markedMax = 14 * 96;
const dayMs = 86_400_000;
/** Ten years of quarter hours are as many numbers as a report should go through. */
const rangeMsMax = 3_660 * dayMs;

export interface ReadQuarters<Metric extends QuarterMetric> extends QuarterCounts<Metric> {
  /** Were quarter hours that changed just now taken from the facts? */
  readonly withFacts: boolean;
}

/**
 * What was counted in each quarter hour of the range, for any zone: from rollup_quarters, and from the facts where a
 * quarter is marked as changed, so they equal the facts of this snapshot (call it in REPEATABLE READ). Null when they do
 * not serve: a bound of range or buckets that is no full quarter, too many marks, over ten years. Indexes: primary keys of
 * rollup_quarters and rollup_marks. Of an empty tenant: no quarters.
 */
export async function readQuarters<Metric extends QuarterMetric>(
  tx: TenantTx,
  range: BucketedRange,
  metrics: readonly Metric[],
): Promise<ReadQuarters<Metric> | null> {
  const { sql, tenantId } = tx;
  const { fromMs, toMs } = range;
  if (toMs - fromMs > rangeMsMax) return null;
  if (![fromMs, toMs, ...range.startsMs].every((at) => at % quarterMs === 0)) return null;
  const [from, to] = [new Date(fromMs), new Date(toMs)];
  const marks = await sql<{ at: Date }[]>`
    select distinct starts_at as at from rollup_marks
    where tenant_id = ${tenantId} and zone is null and starts_at >= ${from} and starts_at < ${to}
    limit ${markedMax + 1}`;
  if (marks.length > markedMax) return null;
  const marked = new Set(marks.map(({ at }) => at.getTime()));
  const found: { startMs: number; counts: number[] }[] = [];
  const columns = metrics.map((metric) => `${metric}::text as ${metric}`).join(", ");
  const rows = await sql<({ starts_at: Date; quarters: string } & Record<Metric, string>)[]>`
    select starts_at, quarters::text as quarters, ${sql.unsafe(columns)} from rollup_quarters
    where tenant_id = ${tenantId} and starts_at > ${new Date(fromMs - dayMs)} and starts_at < ${to}`;
  for (const row of rows) {
    const dayStartMs = row.starts_at.getTime();
    const counts = metrics.map((metric) => numbersOf(row[metric]));
    for (const [index, quarter] of numbersOf(row.quarters).entries()) {
      const startMs = dayStartMs + quarter * quarterMs;
      if (startMs < fromMs || startMs >= toMs || marked.has(startMs)) continue;
      found.push({ startMs, counts: counts.map((column) => column[index] ?? 0) });
    }
  }
  if (marked.size > 0) {
    const spans = joinedQuarters([...marked].sort((a, b) => a - b));
    const facts = await sql<({ starts_at: Date } & Record<Metric, number>)[]>`
      select starts_at, ${sql.unsafe(sumsOf(metrics))} from (${countsOfFacts(tx, spans, "quarter")}) as counts group by 1`;
    for (const row of facts) {
      found.push({ startMs: row.starts_at.getTime(), counts: metrics.map((metric) => row[metric]) });
    }
  }
  found.sort((a, b) => a.startMs - b.startMs);
  return {
    startsMs: found.map(({ startMs }) => startMs),
    metrics,
    counts: found.map(({ counts }) => counts),
    withFacts: marked.size > 0,
  };
}
