import type { BreakdownPlan } from "@deskpulse/domain/analytics/breakdown";
import type { Bucketed } from "@deskpulse/domain/analytics/bucketed";
import type { ReportFilters } from "@deskpulse/domain/analytics/report-filters";
import type { BucketedRange } from "@deskpulse/domain/analytics/report-plan";
import type { RatingCounts } from "@deskpulse/domain/analytics/satisfaction-figures";
import type { TenantTx } from "../transaction.ts";
import { within } from "./bucket-of.ts";
import { cellsOf } from "./cells-of.ts";
import { filterConditions } from "./filter-conditions.ts";
import { spanColumns } from "./filtered-columns.ts";

interface Ratings {
  readonly counts: RatingCounts;
}

/**
 * How many surveys were answered with each rating, in the range and in each of its buckets
 * or each entry of a breakdown, by the time of the first answer? Index: surveys_answered. An empty tenant gets the range's row with zeros.
 */
export async function countRatings(
  tx: TenantTx,
  range: BucketedRange,
  filters: ReportFilters,
  breakdown: BreakdownPlan | null = null,
): Promise<Bucketed<Ratings>[]> {
  const { sql, tenantId } = tx;
  const columns = spanColumns(sql);
  const { cell, join } = cellsOf(tx, sql`s.answered_at`, range, columns, breakdown);
  return await sql<Bucketed<Ratings>[]>`
    select bucket, jsonb_build_array(count(*) filter (where rating = 1), count(*) filter (where rating = 2),
      count(*) filter (where rating = 3), count(*) filter (where rating = 4), count(*) filter (where rating = 5)) as counts
    from (
      select ${cell} as bucket, s.rating from surveys s ${join}
      where s.tenant_id = ${tenantId} and ${within(sql, sql`s.answered_at`, range)}
        ${filterConditions(tx, columns, filters)}
    ) found
    group by grouping sets ((), (bucket))`;
}
