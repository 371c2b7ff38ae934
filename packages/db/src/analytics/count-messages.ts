import type { Bucketed } from "@deskpulse/domain/analytics/bucketed";
import type { ReportFilters } from "@deskpulse/domain/analytics/report-filters";
import type { BucketedRange } from "@deskpulse/domain/analytics/report-plan";
import type { TenantTx } from "../transaction.ts";
import { bucketOf, type Fragment, within } from "./bucket-of.ts";
import { filterConditions, isFiltered } from "./filter-conditions.ts";
import { conversationColumns } from "./filtered-columns.ts";

interface MessageCounts {
  readonly messagesIn: number;
  readonly messagesOut: number;
  readonly messagesPrivate: number;
}

/**
 * How many messages came in, went out and were private notes, in the range and in each of its buckets? By agent:
 * the sender of what went out or was noted, the assignee for what came in; the rest as the conversation has it now. Index:
 * messages_at, and the conversations' primary key when filtered. An empty tenant gets the range's row with zeros.
 */
export async function countMessages(
  tx: TenantTx,
  range: BucketedRange,
  filters: ReportFilters,
): Promise<Bucketed<MessageCounts>[]> {
  const { sql, tenantId } = tx;
  const at = sql`m.at`;
  const columns = {
    ...conversationColumns(sql),
    agent: sql`case m.direction when 'out' then m.sender_id else c.assignee_id end`,
  };
  const narrowed = (): Fragment => sql`and exists (
    select from conversations c
    where c.tenant_id = ${tenantId} and c.id = m.conversation_id ${filterConditions(tx, columns, filters)})`;
  return await sql<Bucketed<MessageCounts>[]>`
    select bucket, count(*) filter (where not is_private and direction = 'in')::int as "messagesIn",
      count(*) filter (where not is_private and direction = 'out')::int as "messagesOut",
      count(*) filter (where is_private)::int as "messagesPrivate"
    from (
      select ${bucketOf(sql, at, range)} as bucket, m.direction, m.is_private from messages m
      where m.tenant_id = ${tenantId} and ${within(sql, at, range)}
        ${isFiltered(filters) ? narrowed() : sql``}
    ) found
    group by grouping sets ((), (bucket))`;
}
