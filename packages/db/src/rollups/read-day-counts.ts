import type { CountCell } from "@deskpulse/domain/analytics/rollup-cells";
import { type DayMetric, dayMetrics } from "@deskpulse/domain/analytics/rollup-metrics";
import type { InstantRange } from "@deskpulse/domain/time/buckets";
import type { TenantTx } from "../transaction.ts";
import { countsOfFacts, sumsOf } from "./counts-of-facts.ts";

type CountRow = { starts_at: Date } & Record<DayMetric, number>;

const cellOf = ({ starts_at, ...counts }: CountRow): CountCell => ({ startsAtMs: starts_at.getTime(), counts });

/**
 * What was counted in the range, as cells of one local day of the zone each, but for the days in which `facts` lie: these
 * come from the facts (`factSpans`), so both together equal the facts of this snapshot. Index: primary key of
 * rollup_day_counts. Of an empty tenant: no cells.
 */
export async function readDayCounts(
  { sql, tenantId }: TenantTx,
  range: InstantRange,
  zone: string,
  facts: readonly InstantRange[],
  metrics: readonly DayMetric[],
): Promise<CountCell[]> {
  const fromFacts = new Set(facts.map(({ fromMs }) => fromMs));
  const rows = await sql<CountRow[]>`
    select starts_at, ${sql.unsafe(metrics.join(", "))} from rollup_day_counts
    where tenant_id = ${tenantId} and zone = ${zone}
      and starts_at >= ${new Date(range.fromMs)} and starts_at < ${new Date(range.toMs)}`;
  return rows.map(cellOf).filter(({ startsAtMs }) => !fromFacts.has(startsAtMs));
}

/** What was counted in stretches of time, as a cell each, from the facts. Indexes: those of countsOfFacts. */
export async function readFactCounts(tx: TenantTx, spans: readonly InstantRange[]): Promise<CountCell[]> {
  if (spans.length === 0) return [];
  const { sql } = tx;
  const rows = await sql<CountRow[]>`
    select starts_at, ${sql.unsafe(sumsOf(dayMetrics))} from (${countsOfFacts(tx, spans, "span")}) as counts group by 1`;
  return rows.map(cellOf);
}
