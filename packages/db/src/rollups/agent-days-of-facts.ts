import { normaliseFilters, type ReportFilters } from "@deskpulse/domain/analytics/report-filters";
import type { InstantRange } from "@deskpulse/domain/time/buckets";
import type { Fragment } from "../analytics/bucket-of.ts";
import { filterConditions, isFiltered } from "../analytics/filter-conditions.ts";
import { conversationColumns, measurementColumns } from "../analytics/filtered-columns.ts";
import type { TenantTx } from "../transaction.ts";
import { spanRows } from "./span-rows.ts";

/**
 * A query for what each agent did in each of these spans, one row a span and agent, in the columns of rollup_agent_days
 * without tenant and zone. Filtered as reports are; written messages by their sender. Who did nothing has no row. Indexes: messages_at, measurements_kind_at.
 */
export function agentDaysOfFacts(
  tx: TenantTx,
  spans: readonly InstantRange[],
  filters: ReportFilters = normaliseFilters({}),
): Fragment {
  const { sql, tenantId } = tx;
  const ofConversation = sql`and exists (
    select from conversations c
    where c.tenant_id = ${tenantId} and c.id = m.conversation_id
      ${filterConditions(tx, { ...conversationColumns(sql), agent: sql`m.sender_id` }, filters)})`;
  const rows = spanRows(sql, spans);
  return sql`
    select starts_at, user_id, sum(handled)::int as handled, sum(resolved)::int as resolved,
      sum(reopened)::int as reopened, sum(messages)::int as messages,
      count(distinct quarter)::int as active_quarters, sum(first_responses)::int as first_responses,
      coalesce(sum(first_response_ms), 0)::bigint as first_response_ms, sum(replies)::int as replies,
      coalesce(sum(reply_ms), 0)::bigint as reply_ms, coalesce(sum(resolution_ms), 0)::bigint as resolution_ms
    from (
      select span.starts_at, m.sender_id as user_id, date_bin('15 minutes', m.at, timestamptz 'epoch') as quarter,
        count(*) filter (where not m.is_private) as messages, 0 as handled, 0 as resolved, 0 as reopened,
        0 as first_responses, 0 as first_response_ms, 0 as replies, 0 as reply_ms, 0 as resolution_ms
      from ${rows} cross join lateral (
        select m.sender_id, m.at, m.is_private from messages m
        where m.tenant_id = ${tenantId} and m.at >= span.starts_at and m.at < span.ends_at
          and m.sender_id is not null ${isFiltered(filters) ? ofConversation : sql``} offset 0) m
      group by 1, 2, 3
      union all
      select span.starts_at, m.user_id,
        case when m.kind = 'resolution' then date_bin('15 minutes', m.at, timestamptz 'epoch') end,
        0, count(*) filter (where m.kind = 'handling'), count(*) filter (where m.kind = 'resolution'),
        count(*) filter (where m.kind = 'reopening'), count(*) filter (where m.kind = 'first_response'),
        sum(m.duration_ms) filter (where m.kind = 'first_response'), count(*) filter (where m.kind = 'reply_time'),
        sum(m.duration_ms) filter (where m.kind = 'reply_time'), sum(m.duration_ms) filter (where m.kind = 'resolution')
      from ${rows}
      cross join unnest('{handling,resolution,reopening,first_response,reply_time}'::text[]) as each_kind
      cross join lateral (
        select m.user_id, m.kind, m.at, m.duration_ms from measurements m
        where m.tenant_id = ${tenantId} and m.kind = each_kind and m.at >= span.starts_at and m.at < span.ends_at
          and m.user_id is not null ${filterConditions(tx, measurementColumns(sql), filters)} offset 0) m
      group by 1, 2, 3
    ) done
    group by 1, 2`;
}
