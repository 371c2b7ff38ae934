import type { BreakdownPlan } from "@deskpulse/domain/analytics/breakdown";
import type { Bucketed } from "@deskpulse/domain/analytics/bucketed";
import type { ReportFilters } from "@deskpulse/domain/analytics/report-filters";
import type { BucketedRange } from "@deskpulse/domain/analytics/report-plan";
import type { TenantTx } from "../transaction.ts";
import { within } from "./bucket-of.ts";
import { cellsOf } from "./cells-of.ts";
import { filterConditions } from "./filter-conditions.ts";
import { conversationColumns } from "./filtered-columns.ts";

/**
 * How many conversations were created, in the range and in each of its buckets, or in each entry
 * of a breakdown? Filtered by their present assignee,
 * team and priority. Index: conversations_created. An empty tenant gets the range's row with 0.
 */
export async function countCreated(
  tx: TenantTx,
  range: BucketedRange,
  filters: ReportFilters,
  breakdown: BreakdownPlan | null = null,
): Promise<Bucketed<{ created: number }>[]> {
  const { sql, tenantId } = tx;
  const at = sql`c.created_at`;
  const columns = conversationColumns(sql);
  const { cell, join } = cellsOf(tx, at, range, columns, breakdown);
  return await sql<Bucketed<{ created: number }>[]>`
    select bucket, count(*)::int as created
    from (
      select ${cell} as bucket from conversations c ${join}
      where c.tenant_id = ${tenantId} and ${within(sql, at, range)}
        ${filterConditions(tx, columns, filters)}
    ) found
    group by grouping sets ((), (bucket))`;
}
