import type { BreakdownPlan } from "@deskpulse/domain/analytics/breakdown";
import type { Bucketed } from "@deskpulse/domain/analytics/bucketed";
import type { ReportFilters } from "@deskpulse/domain/analytics/report-filters";
import type { BucketedRange } from "@deskpulse/domain/analytics/report-plan";
import type { TenantTx } from "../transaction.ts";
import { within } from "./bucket-of.ts";
import { cellsOf } from "./cells-of.ts";
import { filterConditions, isFiltered } from "./filter-conditions.ts";
import { messageColumns } from "./filtered-columns.ts";

interface MessageCounts {
  readonly messagesIn: number;
  readonly messagesOut: number;
  readonly messagesPrivate: number;
}

/**
 * How many messages came in, went out and were private notes, in the range and in each of its buckets, or in each entry
 * of a breakdown? By agent: the sender of what went out or was noted, the assignee for what came in; the rest as the conversation has it now. Index:
 * messages_at, and the conversations' primary key when filtered or broken down. An empty tenant gets the range's row with zeros.
 */
export async function countMessages(
  tx: TenantTx,
  range: BucketedRange,
  filters: ReportFilters,
  breakdown: BreakdownPlan | null = null,
): Promise<Bucketed<MessageCounts>[]> {
  const { sql, tenantId } = tx;
  const at = sql`m.at`;
  const columns = messageColumns(sql);
  const { cell, join } = cellsOf(tx, at, range, columns, breakdown);
  const needsConversation = breakdown !== null || isFiltered(filters);
  return await sql<Bucketed<MessageCounts>[]>`
    select bucket, count(*) filter (where not is_private and direction = 'in')::int as "messagesIn",
      count(*) filter (where not is_private and direction = 'out')::int as "messagesOut",
      count(*) filter (where is_private)::int as "messagesPrivate"
    from (
      select ${cell} as bucket, m.direction, m.is_private
      from messages m
        ${needsConversation ? sql`join conversations c on c.tenant_id = m.tenant_id and c.id = m.conversation_id` : sql``}
        ${join}
      where m.tenant_id = ${tenantId} and ${within(sql, at, range)}
        ${filterConditions(tx, columns, filters)}
    ) found
    group by grouping sets ((), (bucket))`;
}
