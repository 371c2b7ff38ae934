import type { Bucketed } from "@deskpulse/domain/analytics/bucketed";
import type { ReportFilters } from "@deskpulse/domain/analytics/report-filters";
import type { BucketedRange } from "@deskpulse/domain/analytics/report-plan";
import type { MeasurementKind } from "@deskpulse/domain/ingest/folded";
import type { TenantTx } from "../transaction.ts";
import { bucketOf, within } from "./bucket-of.ts";
import { filterConditions } from "./filter-conditions.ts";
import { measurementColumns } from "./filtered-columns.ts";

/**
 * How many measurements of a kind, of at most `durationMsMax` where given, ended in the range and in each of its buckets?
 * Filtered by whom and what they were credited to then. Index: measurements_kind_at. An empty tenant gets the range's row
 * with 0.
 */
export async function countMeasurements(
  tx: TenantTx,
  kind: MeasurementKind,
  range: BucketedRange,
  filters: ReportFilters,
  durationMsMax?: number,
): Promise<Bucketed<{ count: number }>[]> {
  const { sql, tenantId } = tx;
  const at = sql`m.at`;
  return await sql<Bucketed<{ count: number }>[]>`
    select bucket, count(*)::int as count
    from (
      select ${bucketOf(sql, at, range)} as bucket from measurements m
      where m.tenant_id = ${tenantId} and m.kind = ${kind} and ${within(sql, at, range)}
        ${durationMsMax === undefined ? sql`` : sql`and m.duration_ms <= ${durationMsMax}`}
        ${filterConditions(tx, measurementColumns(sql), filters)}
    ) found
    group by grouping sets ((), (bucket))`;
}
