import type { HourCount } from "@deskpulse/domain/analytics/peak-figures";
import type { ReportFilters } from "@deskpulse/domain/analytics/report-filters";
import type { InstantRange } from "@deskpulse/domain/time/buckets";
import type { TenantTx } from "../transaction.ts";
import { filterConditions, isFiltered } from "./filter-conditions.ts";
import { conversationColumns, measurementColumns } from "./filtered-columns.ts";
import { hourOfWeekOf } from "./hour-of-week-of.ts";

/**
 * How many conversations were created, public messages came in and resolutions happened in the range, by the hour of the
 * zone's local week? Filtered as the series of the same metrics are. Indexes: conversations_created, messages_at (and the
 * conversations' primary key when filtered), measurements_kind_at. Hours without any are missing: an empty tenant gets no rows.
 */
export async function countByHourOfWeek(
  tx: TenantTx,
  range: InstantRange,
  zone: string,
  filters: ReportFilters,
): Promise<HourCount[]> {
  const { sql, tenantId } = tx;
  const [from, to] = [new Date(range.fromMs), new Date(range.toMs)];
  const ofConversation = sql`and exists (
    select from conversations c
    where c.tenant_id = ${tenantId} and c.id = m.conversation_id
      ${filterConditions(tx, conversationColumns(sql), filters)})`;
  return await sql<HourCount[]>`
    select 'created' as metric, ${hourOfWeekOf(sql, sql`c.created_at`, range, zone)} as hour, count(*)::int as count
    from conversations c
    where c.tenant_id = ${tenantId} and c.created_at >= ${from} and c.created_at < ${to}
      ${filterConditions(tx, conversationColumns(sql), filters)}
    group by 2
    union all
    select 'messagesIn', ${hourOfWeekOf(sql, sql`m.at`, range, zone)}, count(*)::int
    from messages m
    where m.tenant_id = ${tenantId} and m.at >= ${from} and m.at < ${to} and m.direction = 'in' and not m.is_private
      ${isFiltered(filters) ? ofConversation : sql``}
    group by 2
    union all
    select 'resolved', ${hourOfWeekOf(sql, sql`m.at`, range, zone)}, count(*)::int
    from measurements m
    where m.tenant_id = ${tenantId} and m.kind = 'resolution' and m.at >= ${from} and m.at < ${to}
      ${filterConditions(tx, measurementColumns(sql), filters)}
    group by 2`;
}
