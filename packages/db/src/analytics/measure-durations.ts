import type { BreakdownPlan } from "@deskpulse/domain/analytics/breakdown";
import type { Bucketed } from "@deskpulse/domain/analytics/bucketed";
import type { DurationClock, MeasuredDurations } from "@deskpulse/domain/analytics/duration-figures";
import type { ReportFilters } from "@deskpulse/domain/analytics/report-filters";
import type { BucketedRange } from "@deskpulse/domain/analytics/report-plan";
import type { MeasurementKind } from "@deskpulse/domain/ingest/folded";
import type { TenantTx } from "../transaction.ts";
import { within } from "./bucket-of.ts";
import { cellsOf } from "./cells-of.ts";
import { durationColumn } from "./duration-columns.ts";
import { filterConditions } from "./filter-conditions.ts";
import { measurementColumns } from "./filtered-columns.ts";

/**
 * How long did the measurements of a kind take (milliseconds), that ended in the range and in each of its buckets, or in
 * each entry of a breakdown? Percentiles are exact, interpolated between neighbours. Filtered by whom and what they were credited to then. Index:
 * measurements_kind_at. Where nothing was measured there is no row, so an empty tenant gets none.
 */
export async function measureDurations(
  tx: TenantTx,
  kind: MeasurementKind,
  range: BucketedRange,
  filters: ReportFilters,
  breakdown: BreakdownPlan | null = null,
  clock: DurationClock = "wall",
): Promise<Bucketed<MeasuredDurations>[]> {
  const { sql, tenantId } = tx;
  const at = sql`m.at`;
  const columns = measurementColumns(sql);
  const ms = durationColumn(sql, clock);
  const { cell, join } = cellsOf(tx, at, range, columns, breakdown);
  return await sql<Bucketed<MeasuredDurations>[]>`
    select bucket, count, "averageMs", "minMs", "maxMs", percentiles[1] as "medianMs", percentiles[2] as "p90Ms",
      percentiles[3] as "p95Ms", percentiles[4] as "p99Ms"
    from (
      select bucket, count(*)::int as count, avg(duration_ms)::float8 as "averageMs",
        min(duration_ms)::float8 as "minMs", max(duration_ms)::float8 as "maxMs",
        percentile_cont(array[0.5, 0.9, 0.95, 0.99]) within group (order by duration_ms) as percentiles
      from (
        select ${cell} as bucket, ${ms} as duration_ms from measurements m ${join}
        where m.tenant_id = ${tenantId} and m.kind = ${kind} and ${within(sql, at, range)}
          ${clock === "wall" ? sql`` : sql`and ${ms} is not null`} ${filterConditions(tx, columns, filters)}
      ) found
      group by grouping sets ((), (bucket))
    ) measured
    where count > 0`;
}
