import type { BreakdownPlan } from "@deskpulse/domain/analytics/breakdown";
import type { Bucketed } from "@deskpulse/domain/analytics/bucketed";
import type { ReportFilters } from "@deskpulse/domain/analytics/report-filters";
import type { BucketedRange } from "@deskpulse/domain/analytics/report-plan";
import type { TenantTx } from "../transaction.ts";
import { within } from "./bucket-of.ts";
import { cellsOf } from "./cells-of.ts";
import { filterConditions } from "./filter-conditions.ts";
import { measurementColumns } from "./filtered-columns.ts";

interface Outcomes {
  readonly resolved: number;
  readonly uniqueResolved: number;
  readonly reopened: number;
  readonly botResolved: number;
  readonly handoffs: number;
  /** Resolved after one answer. */
  readonly oneTouch: number;
}

/**
 * How often was a conversation resolved, how many were at least once, how often was one reopened, resolved by a bot, handed
 * over by one and resolved after a single answer, in the range and in each of its buckets, or in each entry of a
 * breakdown? Credited to the assignee of that time. Index: measurements_kind_at. An empty tenant gets the range's row
 * with zeros.
 */
export async function countOutcomes(
  tx: TenantTx,
  range: BucketedRange,
  filters: ReportFilters,
  breakdown: BreakdownPlan | null = null,
): Promise<Bucketed<Outcomes>[]> {
  const { sql, tenantId } = tx;
  const at = sql`m.at`;
  const columns = measurementColumns(sql);
  const { cell, join } = cellsOf(tx, at, range, columns, breakdown);
  return await sql<Bucketed<Outcomes>[]>`
    select bucket, count(*) filter (where kind = 'resolution')::int as resolved,
      count(distinct conversation_id) filter (where kind = 'resolution')::int as "uniqueResolved",
      count(*) filter (where kind = 'reopening')::int as reopened,
      count(*) filter (where kind = 'bot_resolution')::int as "botResolved",
      count(*) filter (where kind = 'handoff')::int as handoffs,
      count(*) filter (where kind = 'resolution' and answers = 1)::int as "oneTouch"
    from (
      select ${cell} as bucket, m.kind, m.conversation_id, m.answers from measurements m ${join}
      where m.tenant_id = ${tenantId} and m.kind in ('resolution', 'reopening', 'bot_resolution', 'handoff') and ${within(sql, at, range)}
        ${filterConditions(tx, columns, filters)}
    ) found
    group by grouping sets ((), (bucket))`;
}
