import type { ReportFilters } from "@deskpulse/domain/analytics/report-filters";
import type { InstantRange } from "@deskpulse/domain/time/buckets";
import type { TenantTx } from "../transaction.ts";
import { filterConditions } from "./filter-conditions.ts";
import { spanColumns } from "./filtered-columns.ts";

interface OpenChange {
  /** The quarter hour's first instant. */
  readonly at: Date;
  readonly net: number;
}

/**
 * How many more conversations were open at the end of each quarter hour of the range than at its begin? Filtered by who
 * and what they belonged to then. Indexes: conversation_spans_started and conversation_spans_ended. Quarters without a
 * change are missing, so an empty tenant gets none.
 */
export async function countOpenChanges(
  tx: TenantTx,
  range: InstantRange,
  filters: ReportFilters,
): Promise<OpenChange[]> {
  const { sql, tenantId } = tx;
  const narrowed = filterConditions(tx, spanColumns(sql), filters);
  const [from, to] = [new Date(range.fromMs), new Date(range.toMs)];
  return await sql<OpenChange[]>`
    select date_bin('15 minutes', at, timestamptz 'epoch') as at, sum(weight)::int as net
    from (
      select s.started_at as at, 1 as weight from conversation_spans s
      where s.tenant_id = ${tenantId} and s.started_at >= ${from} and s.started_at < ${to} and s.status = 'open' ${narrowed}
      union all
      select s.ended_at, -1 from conversation_spans s
      where s.tenant_id = ${tenantId} and s.ended_at >= ${from} and s.ended_at < ${to} and s.status = 'open' ${narrowed}
    ) changes
    group by 1`;
}
