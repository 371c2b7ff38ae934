import { lockConversations } from "../ingest/lock-conversations.ts";
import type { TenantTx } from "../transaction.ts";

/** The name of a customer whose data were erased. */
export const erasedName = "Erased customer";

/**
 * Takes the name from the customer with this source key, in its row and in the events that gave it, and keeps later
 * events from naming it. Returns its id; null when there is none. Indexes: customers_source_key; events_conversation,
 * since naming events belong to no conversation.
 */
export async function eraseCustomerName({ sql, tenantId }: TenantTx, sourceKey: string): Promise<number | null> {
  const [customer] = await sql<{ id: number }[]>`
    update customers set name = ${erasedName}, erased_at = coalesce(erased_at, now())
    where tenant_id = ${tenantId} and source_key = ${sourceKey} returning id::float8 as id`;
  if (customer === undefined) return null;
  await sql`
    update events set data = data || jsonb_build_object('name', ${erasedName}::text)
    where tenant_id = ${tenantId} and conversation_id is null and type = 'customer.upserted'
      and data ->> 'key' = ${sourceKey} and data ->> 'name' <> ${erasedName}`;
  return customer.id;
}

export interface ErasedPage {
  /** The last conversation of the page; null when there was none left. */
  readonly lastId: number | null;
  readonly conversations: number;
  readonly messages: number;
  readonly comments: number;
}

/**
 * Empties what was said in the next conversations of a customer: messages of both sides and comments of ratings, in the
 * tables and in the events that they are folded from. Times, ratings and everything that figures are made of stay. Waits
 * for whoever folds these conversations. Indexes: conversations_customer, events_conversation and the primary keys.
 */
export async function eraseConversationPage(
  tx: TenantTx,
  customerId: number,
  { afterId, limit }: { readonly afterId: number; readonly limit: number },
): Promise<ErasedPage> {
  const { sql, tenantId } = tx;
  const page = await sql<{ id: number; key: string }[]>`
    select id::float8 as id, source_key as key from conversations
    where tenant_id = ${tenantId} and customer_id = ${customerId} and id > ${afterId} order by id limit ${limit}`;
  if (page.length === 0) return { lastId: null, conversations: 0, messages: 0, comments: 0 };
  await lockConversations(
    tx,
    tenantId,
    page.map(({ key }) => key),
  );
  const ids = page.map(({ id }) => id);
  await sql`
    update events set data = data || '{"content":""}'
    where tenant_id = ${tenantId} and conversation_id in ${sql(ids)} and type = 'message.created'
      and data ->> 'content' <> ''`;
  await sql`
    update events set data = data || '{"comment":null}'
    where tenant_id = ${tenantId} and conversation_id in ${sql(ids)} and type = 'csat.answered'
      and data ->> 'comment' is not null`;
  const messages = await sql`
    update messages set content = ''
    where tenant_id = ${tenantId} and conversation_id in ${sql(ids)} and content <> ''`;
  const comments = await sql`
    update surveys set comment = null
    where tenant_id = ${tenantId} and conversation_id in ${sql(ids)} and comment is not null`;
  return {
    lastId: ids.at(-1) ?? null,
    conversations: page.length,
    messages: messages.count,
    comments: comments.count,
  };
}
