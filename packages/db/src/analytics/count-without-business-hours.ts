import type { ReportFilters } from "@deskpulse/domain/analytics/report-filters";
import type { BucketedRange } from "@deskpulse/domain/analytics/report-plan";
import type { MeasurementKind } from "@deskpulse/domain/ingest/folded";
import type { TenantTx } from "../transaction.ts";
import { within } from "./bucket-of.ts";
import { filterConditions } from "./filter-conditions.ts";
import { measurementColumns } from "./filtered-columns.ts";

/**
 * How many measurements of these kinds in the range have no duration in business hours, because their inbox had none?
 * Index: measurements_kind_at. An empty tenant and no kinds give 0.
 */
export async function countWithoutBusinessHours(
  tx: TenantTx,
  kinds: readonly MeasurementKind[],
  range: BucketedRange,
  filters: ReportFilters,
): Promise<number> {
  if (kinds.length === 0) return 0;
  const { sql, tenantId } = tx;
  const [row] = await sql<{ count: number }[]>`
    select count(*)::int as count from measurements m
    where m.tenant_id = ${tenantId} and m.kind in ${sql(kinds)} and m.business_ms is null
      and ${within(sql, sql`m.at`, range)} ${filterConditions(tx, measurementColumns(sql), filters)}`;
  return row?.count ?? 0;
}
