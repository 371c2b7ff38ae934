import type { ReportFilters } from "@deskpulse/domain/analytics/report-filters";
import type { BucketedRange } from "@deskpulse/domain/analytics/report-plan";
import type { WeighedChange } from "@deskpulse/domain/analytics/workload-figures";
import type { TenantTx } from "../transaction.ts";
import { bucketOf, within } from "./bucket-of.ts";
import { filterConditions } from "./filter-conditions.ts";
import { spanColumns } from "./filtered-columns.ts";

/**
 * How did the number of open conversations change in each bucket, and when on the whole? Filtered by who and what they
 * belonged to then. Indexes: conversation_spans_started and conversation_spans_ended. Buckets without a change are
 * missing, so an empty tenant gets none.
 */
export async function weighOpenChanges(
  tx: TenantTx,
  range: BucketedRange,
  filters: ReportFilters,
): Promise<WeighedChange[]> {
  const { sql, tenantId } = tx;
  const narrowed = filterConditions(tx, spanColumns(sql), filters);
  return await sql<WeighedChange[]>`
    select bucket, sum(weight)::int as net,
      sum(weight * extract(epoch from at - ${new Date(range.fromMs)}::timestamptz) * 1000)::float8 as "weighedMs"
    from (
      select ${bucketOf(sql, sql`s.started_at`, range)} as bucket, s.started_at as at, 1 as weight
      from conversation_spans s
      where s.tenant_id = ${tenantId} and ${within(sql, sql`s.started_at`, range)} and s.status = 'open' ${narrowed}
      union all
      select ${bucketOf(sql, sql`s.ended_at`, range)}, s.ended_at, -1 from conversation_spans s
      where s.tenant_id = ${tenantId} and ${within(sql, sql`s.ended_at`, range)} and s.status = 'open' ${narrowed}
    ) changes
    group by bucket`;
}
