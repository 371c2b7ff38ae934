import type { ReportFilters } from "@deskpulse/domain/analytics/report-filters";
import type { InstantRange } from "@deskpulse/domain/time/buckets";
import type { TenantTx } from "../transaction.ts";
import { filterConditions } from "./filter-conditions.ts";
import { spanColumns } from "./filtered-columns.ts";

export interface LoadRow {
  readonly by: "agent" | "team" | "whole";
  /** Null: unassigned, of no team, or the row of the whole. */
  readonly agentId: string | null;
  readonly teamId: number | null;
  readonly name: string | null;
  readonly openNow: number;
  readonly pendingNow: number;
  readonly snoozedNow: number;
  /** Milliseconds of open conversations within the range. */
  readonly openMs: number;
}

/**
 * How long did agents, teams and all of them have open conversations within the range, and what have they now? Filtered
 * by who and what a conversation belonged to then. Indexes: conversation_spans_ended for what ended since the range
 * began, conversation_spans_present. An empty tenant gets the row of the whole with zeros.
 */
export async function measureLoads(tx: TenantTx, range: InstantRange, filters: ReportFilters): Promise<LoadRow[]> {
  const { sql, tenantId } = tx;
  const [from, to] = [new Date(range.fromMs), new Date(range.toMs)];
  const narrowed = filterConditions(tx, spanColumns(sql), filters);
  return await sql<LoadRow[]>`
    select l.by, l.user_id as "agentId", l.team_id::float8 as "teamId", coalesce(u.name, t.name) as name,
      l.open_now as "openNow", l.pending_now as "pendingNow", l.snoozed_now as "snoozedNow", l.open_ms as "openMs"
    from (
      select user_id, team_id,
        case when grouping(user_id) = 0 then 'agent' when grouping(team_id) = 0 then 'team' else 'whole' end as by,
        count(*) filter (where ended_at is null and status = 'open')::int as open_now,
        count(*) filter (where ended_at is null and status = 'pending')::int as pending_now,
        count(*) filter (where ended_at is null and status = 'snoozed')::int as snoozed_now,
        coalesce(sum(extract(epoch from least(ended_at, ${to}) - greatest(started_at, ${from})) * 1000)
          filter (where status = 'open' and started_at < ${to} and least(ended_at, ${to}) > ${from}), 0)::float8 as open_ms
      from (
        select s.* from conversation_spans s
        where s.tenant_id = ${tenantId} and s.ended_at is null ${narrowed}
        union all
        select s.* from conversation_spans s
        where s.tenant_id = ${tenantId} and s.ended_at > ${from} and s.started_at < ${to} ${narrowed}
      ) s
      group by grouping sets ((), (user_id), (team_id))
    ) l
    left join users u on l.by = 'agent' and u.id = l.user_id
    left join teams t on l.by = 'team' and t.tenant_id = ${tenantId} and t.id = l.team_id`;
}
