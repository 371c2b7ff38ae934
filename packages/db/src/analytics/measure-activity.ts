import type { Bucketed } from "@deskpulse/domain/analytics/bucketed";
import type { ActivityMeasured } from "@deskpulse/domain/analytics/engagement-figures";
import type { ReportFilters } from "@deskpulse/domain/analytics/report-filters";
import type { BucketedRange } from "@deskpulse/domain/analytics/report-plan";
import type { TenantTx } from "../transaction.ts";
import { bucketOf } from "./bucket-of.ts";
import { customerActivity } from "./customer-activity.ts";

/**
 * How many customers were active in the range and in each of its buckets, how many of them for the first time, and how
 * much did they write? An empty tenant gets the range's row with zeros.
 */
export async function measureActivity(
  tx: TenantTx,
  range: BucketedRange,
  filters: ReportFilters,
): Promise<Bucketed<ActivityMeasured>[]> {
  const { sql } = tx;
  const from = new Date(range.fromMs);
  const rows = await sql<Bucketed<ActivityMeasured>[]>`
    select bucket, count(distinct customer_id)::int as active,
      count(distinct customer_id) filter (where first_bucket = bucket)::int as fresh,
      count(*) filter (where is_conversation)::int as conversations,
      count(*) filter (where is_conversation and customer_id is null)::int as "withoutCustomer",
      count(*) filter (where is_conversation and customer_id is not null)::int as "customerConversations",
      count(*) filter (where not is_conversation)::int as messages,
      count(*) filter (where not is_conversation and customer_id is not null)::int as "customerMessages"
    from (
      select *, case when first_at >= ${from} then ${bucketOf(sql, sql`first_at`, range)} end as first_bucket
      from (${customerActivity(tx, range, filters)}) active
    ) found
    group by grouping sets ((), (bucket))`;
  return rows.map((row) => (row.bucket === null ? { ...row, fresh: sumFresh(rows) } : row));
}

/** A customer is new once: the range's new ones are those of its buckets. */
const sumFresh = (rows: readonly Bucketed<ActivityMeasured>[]): number =>
  rows.reduce((sum, { bucket, fresh }) => sum + (bucket === null ? 0 : fresh), 0);
