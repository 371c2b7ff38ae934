import type { BucketedRange } from "@deskpulse/domain/analytics/report-plan";
import type { CountCell } from "@deskpulse/domain/analytics/rollup-cells";
import { type QuarterMetric, quarterMetrics } from "@deskpulse/domain/analytics/rollup-metrics";
import { quarterMs } from "@deskpulse/domain/time/local-days";
import type { TenantTx } from "../transaction.ts";
import { countsOfFacts, sumsOf } from "./counts-of-facts.ts";
import { joinedQuarters } from "./joined-quarters.ts";

/** Two weeks: more from the facts costs as much as the report without rollups. */
const markedMax = 14 * 96;
const dayMs = 86_400_000;
/** Ten years of quarter hours are as many numbers as a report should go through. */
const rangeMsMax = 3_660 * dayMs;

export interface ReadQuarters {
  readonly cells: readonly CountCell<QuarterMetric>[];
  /** Were quarter hours that changed just now taken from the facts? */
  readonly withFacts: boolean;
}

type ArrayRow = { starts_at: Date; quarters: string } & Record<QuarterMetric, string>;

/**
 * What was counted in the range, as cells of a quarter hour each, of any zone: from rollup_quarters, and from the facts
 * where a quarter is marked as changed, so the cells equal the facts of this snapshot (call it in REPEATABLE READ). Null
 * when they do not serve: a bound of range or buckets that is no full quarter, too many marks, over ten years. Indexes:
 * primary keys of rollup_quarters and rollup_marks. Of an empty tenant: no cells.
 */
export async function readQuarters(
  tx: TenantTx,
  range: BucketedRange,
  metrics: readonly QuarterMetric[],
): Promise<ReadQuarters | null> {
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
  const rows = await sql<ArrayRow[]>`
    select starts_at, quarters::text as quarters, ${sql.unsafe(metrics.map((metric) => `${metric}::text as ${metric}`).join(", "))}
    from rollup_quarters
    where tenant_id = ${tenantId} and starts_at > ${new Date(fromMs - dayMs)} and starts_at < ${to}`;
  const cells = rows
    .flatMap((row) => cellsOf(row, metrics))
    .filter(({ startsAtMs }) => startsAtMs >= fromMs && startsAtMs < toMs && !marked.has(startsAtMs));
  if (marked.size > 0) {
    const spans = joinedQuarters([...marked].sort((a, b) => a - b));
    const facts = await sql<({ starts_at: Date } & Record<QuarterMetric, number>)[]>`
      select starts_at, ${sql.unsafe(sumsOf(quarterMetrics))}
      from (${countsOfFacts(tx, spans, "quarter")}) as counts group by 1`;
    cells.push(...facts.map(({ starts_at, ...counts }) => ({ startsAtMs: starts_at.getTime(), counts })));
  }
  return { cells, withFacts: marked.size > 0 };
}

function cellsOf(row: ArrayRow, metrics: readonly QuarterMetric[]): CountCell<QuarterMetric>[] {
  const dayStartMs = row.starts_at.getTime();
  const columns = metrics.map((metric) => [metric, numbers(row[metric])] as const);
  return numbers(row.quarters).map((quarter, index) => ({
    startsAtMs: dayStartMs + quarter * quarterMs,
    counts: Object.fromEntries(columns.map(([metric, counts]) => [metric, counts[index] ?? 0])),
  }));
}

/** The numbers of an array that Postgres wrote as text: "{1,2}". */
const numbers = (text: string): number[] => (text === "{}" ? [] : text.slice(1, -1).split(",").map(Number));
