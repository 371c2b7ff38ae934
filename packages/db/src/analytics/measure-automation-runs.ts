import type { RunsMeasured } from "@deskpulse/domain/analytics/automation-figures";
import type { Bucketed } from "@deskpulse/domain/analytics/bucketed";
import type { ReportFilters } from "@deskpulse/domain/analytics/report-filters";
import type { BucketedRange } from "@deskpulse/domain/analytics/report-plan";
import type { TenantTx } from "../transaction.ts";
import { bucketOf, within } from "./bucket-of.ts";
import { filterConditions } from "./filter-conditions.ts";
import { spanColumns } from "./filtered-columns.ts";

/**
 * How many rules ran, succeeded and on how many conversations, and how long did they take, in the range and in each of its
 * buckets? Percentiles are exact. Filtered by who had the conversation then. Index: automation_runs_at. An empty tenant
 * gets the range's row with zeros and nulls.
 */
export async function measureAutomationRuns(
  tx: TenantTx,
  range: BucketedRange,
  filters: ReportFilters,
): Promise<Bucketed<RunsMeasured>[]> {
  const { sql, tenantId } = tx;
  return await sql<Bucketed<RunsMeasured>[]>`
    select bucket, count(*)::int as runs, count(*) filter (where outcome = 'succeeded')::int as succeeded,
      count(distinct conversation_id)::int as conversations,
      percentile_cont(0.5) within group (order by duration_ms) as "medianMs",
      percentile_cont(0.95) within group (order by duration_ms) as "p95Ms",
      coalesce(sum(cardinality(actions)) filter (where outcome = 'succeeded'), 0)::int as "successfulActions"
    from (
      select ${bucketOf(sql, sql`s.at`, range)} as bucket, s.* from automation_runs s
      where s.tenant_id = ${tenantId} and ${within(sql, sql`s.at`, range)}
        ${filterConditions(tx, spanColumns(sql), filters)}
    ) found
    group by grouping sets ((), (bucket))`;
}
