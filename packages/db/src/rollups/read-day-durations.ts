import type { DurationCell } from "@deskpulse/domain/analytics/rollup-cells";
import type { SketchedKind } from "@deskpulse/domain/analytics/rollup-metrics";
import type { InstantRange } from "@deskpulse/domain/time/buckets";
import type { TransactionSql } from "postgres";
import type { TenantTx } from "../transaction.ts";
import { numbersOf } from "./array-text.ts";
import { durationsOfFacts } from "./durations-of-facts.ts";

interface DurationRow {
  metric: SketchedKind;
  starts_at: Date;
  count: number;
  sum_ms: number;
  min_ms: number;
  max_ms: number;
  sketch_keys: string;
  sketch_counts: string;
}

const columns = (sql: TransactionSql) => sql`metric, starts_at, count::float8 as count, sum_ms::float8 as sum_ms,
  min_ms::float8 as min_ms, max_ms::float8 as max_ms, sketch_keys::text as sketch_keys,
  sketch_counts::text as sketch_counts`;

/**
 * The durations of a kind that ended in the range, as cells of one local day of the zone each: rolled up ones, and from
 * the facts where `facts` lie (`factSpans`), so they equal the facts of this snapshot. Indexes: primary key of
 * rollup_days, measurements_kind_at. Of an empty tenant: no cells.
 */
export async function readDayDurations(
  tx: TenantTx,
  range: InstantRange,
  zone: string,
  facts: readonly InstantRange[],
  kind: SketchedKind,
): Promise<DurationCell[]> {
  const { sql, tenantId } = tx;
  const fromFacts = new Set(facts.map(({ fromMs }) => fromMs));
  const rolled = await sql<DurationRow[]>`
    select ${columns(sql)} from rollup_days
    where tenant_id = ${tenantId} and zone = ${zone} and metric = ${kind}
      and starts_at >= ${new Date(range.fromMs)} and starts_at < ${new Date(range.toMs)}`;
  const rows = rolled.filter(({ starts_at }) => !fromFacts.has(starts_at.getTime()));
  if (facts.length > 0) {
    rows.push(
      ...(await sql<DurationRow[]>`select ${columns(sql)} from (${durationsOfFacts(tx, facts, [kind])}) as found`),
    );
  }
  return rows.map(({ metric, starts_at, count, ...row }) => ({
    metric,
    startsAtMs: starts_at.getTime(),
    count,
    sumMs: row.sum_ms,
    minMs: row.min_ms,
    maxMs: row.max_ms,
    sketchKeys: numbersOf(row.sketch_keys),
    sketchCounts: numbersOf(row.sketch_counts),
  }));
}
