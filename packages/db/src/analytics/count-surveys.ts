import type { BreakdownPlan } from "@deskpulse/domain/analytics/breakdown";
import type { Bucketed } from "@deskpulse/domain/analytics/bucketed";
import type { ReportFilters } from "@deskpulse/domain/analytics/report-filters";
import type { BucketedRange } from "@deskpulse/domain/analytics/report-plan";
import type { TenantTx } from "../transaction.ts";
import { within } from "./bucket-of.ts";
import { cellsOf } from "./cells-of.ts";
import { filterConditions } from "./filter-conditions.ts";
import { spanColumns } from "./filtered-columns.ts";

interface Surveys {
  readonly sent: number;
  /** Of those that were sent then, whenever it was. */
  readonly answered: number;
}

/**
 * How many surveys were sent in the range and in each of its buckets or each entry of a breakdown, and how many of them
 * were answered? The same filters hold for both. Index: surveys_sent. An empty tenant gets the range's row with zeros.
 */
export async function countSurveys(
  tx: TenantTx,
  range: BucketedRange,
  filters: ReportFilters,
  breakdown: BreakdownPlan | null = null,
): Promise<Bucketed<Surveys>[]> {
  const { sql, tenantId } = tx;
  const columns = spanColumns(sql);
  const at = sql`s.sent_at`;
  const { cell, join } = cellsOf(tx, at, range, columns, breakdown);
  return await sql<Bucketed<Surveys>[]>`
    select bucket, count(*)::int as sent, count(answered_at)::int as answered
    from (
      select ${cell} as bucket, s.answered_at from surveys s ${join}
      where s.tenant_id = ${tenantId} and ${within(sql, at, range)} ${filterConditions(tx, columns, filters)}
    ) found
    group by grouping sets ((), (bucket))`;
}
