import type { Judged } from "@deskpulse/domain/analytics/agent-figures";
import type { ReportFilters } from "@deskpulse/domain/analytics/report-filters";
import type { BucketedRange } from "@deskpulse/domain/analytics/report-plan";
import type { TenantTx } from "../transaction.ts";
import { within } from "./bucket-of.ts";
import { filterConditions } from "./filter-conditions.ts";
import { spanColumns } from "./filtered-columns.ts";

/**
 * How were agents, teams and all of them rated in the range, and which promises that were decided in it did they keep? A
 * promise is missed when it was due by `nowMs` and not kept by then. Indexes: surveys_answered, sla_targets_decided. An
 * empty tenant gets the row of the whole with zeros.
 */
export async function judgeAgents(
  tx: TenantTx,
  range: BucketedRange,
  filters: ReportFilters,
  nowMs: number,
): Promise<Judged[]> {
  const { sql, tenantId } = tx;
  const narrowed = filterConditions(tx, spanColumns(sql), filters);
  return await sql<Judged[]>`
    select user_id as "agentId", team_id::float8 as "teamId",
      case when grouping(user_id) = 0 then 'agent' when grouping(team_id) = 0 then 'team' else 'whole' end as by,
      coalesce(sum(answered), 0)::int as answered, coalesce(sum(satisfied), 0)::int as satisfied,
      coalesce(sum(kept), 0)::int as kept, coalesce(sum(missed), 0)::int as missed
    from (
      select s.user_id, s.team_id, 1 as answered, (s.rating >= 4)::int as satisfied, 0 as kept, 0 as missed
      from surveys s
      where s.tenant_id = ${tenantId} and ${within(sql, sql`s.answered_at`, range)} ${narrowed}
      union all
      select s.user_id, s.team_id, 0, 0, coalesce(s.ended_at <= s.due_at, s.ended_at is not null)::int,
        coalesce(s.due_at < coalesce(s.ended_at, 'infinity') and s.due_at < coalesce(s.withdrawn_at, 'infinity'), false)::int
      from sla_targets s
      where s.tenant_id = ${tenantId} and ${within(sql, sql`s.decided_at`, range)} and s.decided_at <= ${new Date(nowMs)}
        ${narrowed}
    ) found
    group by grouping sets ((), (user_id), (team_id))`;
}
