import type { BreakdownPlan } from "@deskpulse/domain/analytics/breakdown";
import type { Bucketed } from "@deskpulse/domain/analytics/bucketed";
import type { ReportFilters } from "@deskpulse/domain/analytics/report-filters";
import type { Standing } from "@deskpulse/domain/analytics/standing";
import type { TenantTx } from "../transaction.ts";
import type { Fragment } from "./bucket-of.ts";
import { entriesOf } from "./cells-of.ts";
import { filterConditions } from "./filter-conditions.ts";
import { spanColumns } from "./filtered-columns.ts";

/** The columns of what stands so among conversation_spans `s`; `weight` is 1 or -1. */
export const standingSums = (tx: TenantTx, weight: Fragment): Fragment => tx.sql`
  coalesce(sum(${weight}) filter (where s.status = 'open'), 0)::int as open,
  coalesce(sum(${weight}) filter (where s.is_unattended), 0)::int as unattended,
  coalesce(sum(${weight}) filter (where s.status = 'open' and s.user_id is null), 0)::int as unassigned`;

/**
 * How many conversations stood open, unattended and unassigned just before an instant (epoch milliseconds), in all
 * (bucket null, always there) and in each entry of a breakdown? Filtered by who and what they belonged to then. Indexes:
 * conversation_spans_ended and, for what stands so still, conversation_spans_present: it goes through what ended since
 * then, so the past is dear. An empty tenant gets zeros.
 */
export async function countStanding(
  tx: TenantTx,
  atMs: number,
  filters: ReportFilters,
  breakdown: BreakdownPlan | null = null,
): Promise<Bucketed<Standing>[]> {
  const { sql, tenantId } = tx;
  const at = new Date(atMs);
  const columns = spanColumns(sql);
  const narrowed = filterConditions(tx, columns, filters);
  const { cell, join } = breakdown === null ? { cell: sql`null::int`, join: sql`` } : entriesOf(tx, columns, breakdown);
  return await sql<Bucketed<Standing>[]>`
    select ${breakdown === null ? sql`null::int as bucket` : sql`s.bucket`}, ${standingSums(tx, sql`1`)}
    from (
      select ${cell} as bucket, s.* from conversation_spans s ${join}
      where s.tenant_id = ${tenantId} and s.ended_at is null and s.started_at < ${at} ${narrowed}
      union all
      select ${cell} as bucket, s.* from conversation_spans s ${join}
      where s.tenant_id = ${tenantId} and s.ended_at >= ${at} and s.started_at < ${at} ${narrowed}
    ) s
    ${breakdown === null ? sql`` : sql`group by grouping sets ((), (s.bucket))`}`;
}
