import type { CohortCount } from "@deskpulse/domain/analytics/engagement-figures";
import type { ReportFilters } from "@deskpulse/domain/analytics/report-filters";
import type { BucketedRange } from "@deskpulse/domain/analytics/report-plan";
import type { TenantTx } from "../transaction.ts";
import { bucketOf } from "./bucket-of.ts";
import { customerActivity } from "./customer-activity.ts";

/** How many customers who first began a conversation in one period of the range were active in each? Indexes: those of customerActivity. An empty tenant gets []. */
export async function countCohorts(tx: TenantTx, range: BucketedRange, filters: ReportFilters): Promise<CohortCount[]> {
  const { sql } = tx;
  return await sql<CohortCount[]>`
    select first, bucket as period, count(distinct customer_id)::int as customers
    from (
      select customer_id, bucket, ${bucketOf(sql, sql`first_at`, range)} as first
      from (${customerActivity(tx, range, filters)}) active
      where first_at >= ${new Date(range.fromMs)}
    ) found
    group by 1, 2`;
}
