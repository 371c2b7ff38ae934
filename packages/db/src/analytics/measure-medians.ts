import type { Medians } from "@deskpulse/domain/analytics/agent-figures";
import type { ReportFilters } from "@deskpulse/domain/analytics/report-filters";
import type { BucketedRange } from "@deskpulse/domain/analytics/report-plan";
import type { TenantTx } from "../transaction.ts";
import { within } from "./bucket-of.ts";
import { filterConditions } from "./filter-conditions.ts";
import { measurementColumns } from "./filtered-columns.ts";

/**
 * The median durations (milliseconds) of what ended in the range, by agent, by team and of all? Exact, interpolated
 * between neighbours. Index: measurements_kind_at. An empty tenant gets the row of the whole with nulls.
 */
export async function measureMedians(tx: TenantTx, range: BucketedRange, filters: ReportFilters): Promise<Medians[]> {
  const { sql, tenantId } = tx;
  const median = (kind: string) =>
    sql`percentile_cont(0.5) within group (order by m.duration_ms) filter (where m.kind = ${kind})`;
  return await sql<Medians[]>`
    select m.user_id as "agentId", m.team_id::float8 as "teamId",
      case when grouping(m.user_id) = 0 then 'agent' when grouping(m.team_id) = 0 then 'team' else 'whole' end as by,
      ${median("first_response")} as "firstResponseMs", ${median("reply_time")} as "replyMs",
      ${median("resolution")} as "resolutionMs"
    from measurements m
    where m.tenant_id = ${tenantId} and m.kind in ('first_response', 'reply_time', 'resolution')
      and ${within(sql, sql`m.at`, range)} ${filterConditions(tx, measurementColumns(sql), filters)}
    group by grouping sets ((), (m.user_id), (m.team_id))`;
}
