import type { ReportFilters } from "@deskpulse/domain/analytics/report-filters";
import type { BucketedRange } from "@deskpulse/domain/analytics/report-plan";
import type { TenantTx } from "../transaction.ts";
import { bucketOf, type Fragment, within } from "./bucket-of.ts";
import { filterConditions } from "./filter-conditions.ts";
import { conversationColumns } from "./filtered-columns.ts";

/**
 * A query for conversations begun and public messages from customers in the range, each with its bucket and customer, and when that
 * customer first began a conversation, whatever the filters. Indexes: conversations_created, messages_at and the
 * conversations' primary key, conversations_customer.
 */
export function customerActivity(tx: TenantTx, range: BucketedRange, filters: ReportFilters): Fragment {
  const { sql, tenantId } = tx;
  const narrowed = filterConditions(tx, conversationColumns(sql), filters);
  return sql`
    select found.*, ${bucketOf(sql, sql`found.at`, range)} as bucket, known.first_at
    from (
      select c.customer_id, c.created_at as at, true as is_conversation from conversations c
      where c.tenant_id = ${tenantId} and ${within(sql, sql`c.created_at`, range)} ${narrowed}
      union all
      select c.customer_id, m.at, false
      from messages m join conversations c on c.tenant_id = ${tenantId} and c.id = m.conversation_id
      where m.tenant_id = ${tenantId} and ${within(sql, sql`m.at`, range)} and m.direction = 'in'
        and m.sender = 'customer' and not m.is_private ${narrowed}
    ) found
    left join (
      select customer_id, min(created_at) as first_at from conversations
      where tenant_id = ${tenantId} and customer_id is not null group by 1
    ) known using (customer_id)`;
}
