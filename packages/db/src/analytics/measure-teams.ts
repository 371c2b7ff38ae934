import type { TeamWork } from "@deskpulse/domain/analytics/agent-figures";
import type { ReportFilters } from "@deskpulse/domain/analytics/report-filters";
import type { BucketedRange } from "@deskpulse/domain/analytics/report-plan";
import type { TenantTx } from "../transaction.ts";
import { within } from "./bucket-of.ts";
import { filterConditions } from "./filter-conditions.ts";
import { measurementColumns } from "./filtered-columns.ts";

/**
 * What was measured in the range by the team of that time, at most `limit`, the most resolutions first? Index:
 * measurements_kind_at. An empty tenant gets [].
 */
export async function measureTeams(
  tx: TenantTx,
  range: BucketedRange,
  filters: ReportFilters,
  limit: number,
): Promise<TeamWork[]> {
  const { sql, tenantId } = tx;
  return await sql<TeamWork[]>`
    select m.team_id::float8 as "teamId", t.name, m.resolved, m.reopened, m.first_responses as "firstResponses",
      m.first_response_ms as "firstResponseMs", m.replies, m.reply_ms as "replyMs", m.resolution_ms as "resolutionMs"
    from (
      select m.team_id, count(*) filter (where m.kind = 'resolution')::int as resolved,
        count(*) filter (where m.kind = 'reopening')::int as reopened,
        count(*) filter (where m.kind = 'first_response')::int as first_responses,
        coalesce(sum(m.duration_ms) filter (where m.kind = 'first_response'), 0)::float8 as first_response_ms,
        count(*) filter (where m.kind = 'reply_time')::int as replies,
        coalesce(sum(m.duration_ms) filter (where m.kind = 'reply_time'), 0)::float8 as reply_ms,
        coalesce(sum(m.duration_ms) filter (where m.kind = 'resolution'), 0)::float8 as resolution_ms
      from measurements m
      where m.tenant_id = ${tenantId} and m.kind in ('resolution', 'reopening', 'first_response', 'reply_time')
        and ${within(sql, sql`m.at`, range)} ${filterConditions(tx, measurementColumns(sql), filters)}
      group by 1
    ) m left join teams t on t.tenant_id = ${tenantId} and t.id = m.team_id
    order by m.resolved desc, m.team_id nulls last
    limit ${limit}`;
}
