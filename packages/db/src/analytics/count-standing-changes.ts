import type { Bucketed } from "@deskpulse/domain/analytics/bucketed";
import type { ReportFilters } from "@deskpulse/domain/analytics/report-filters";
import type { BucketedRange } from "@deskpulse/domain/analytics/report-plan";
import type { Standing } from "@deskpulse/domain/analytics/standing";
import type { TenantTx } from "../transaction.ts";
import { bucketOf, within } from "./bucket-of.ts";
import { standingSums } from "./count-standing.ts";
import { filterConditions } from "./filter-conditions.ts";
import { spanColumns } from "./filtered-columns.ts";

/**
 * How many more conversations stood open, unattended and unassigned at the end of each bucket than at its begin? Filtered
 * by who and what they belonged to then. Indexes: conversation_spans_started and conversation_spans_ended. Buckets
 * without a change are missing, so an empty tenant gets none.
 */
export async function countStandingChanges(
  tx: TenantTx,
  range: BucketedRange,
  filters: ReportFilters,
): Promise<Bucketed<Standing>[]> {
  const { sql, tenantId } = tx;
  const narrowed = filterConditions(tx, spanColumns(sql), filters);
  return await sql<Bucketed<Standing>[]>`
    select s.bucket, ${standingSums(tx, sql`s.weight`)}
    from (
      select ${bucketOf(sql, sql`s.started_at`, range)} as bucket, 1 as weight, s.* from conversation_spans s
      where s.tenant_id = ${tenantId} and ${within(sql, sql`s.started_at`, range)} ${narrowed}
      union all
      select ${bucketOf(sql, sql`s.ended_at`, range)} as bucket, -1 as weight, s.* from conversation_spans s
      where s.tenant_id = ${tenantId} and ${within(sql, sql`s.ended_at`, range)} ${narrowed}
    ) s
    group by s.bucket`;
}
