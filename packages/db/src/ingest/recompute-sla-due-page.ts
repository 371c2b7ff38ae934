import type { BusinessClock } from "@deskpulse/domain/tenants/business-ms";
import type { TenantTx } from "../transaction.ts";
import { dueAt } from "./folded-tables.ts";
import { holdWorkingHours } from "./hold-working-hours.ts";
import { lockConversations } from "./lock-conversations.ts";
import { clocksByInbox } from "./recompute-business-page.ts";

/** Conversations with a greater id, of one inbox or with null of all. */
export interface PromisedPage {
  readonly afterId: number;
  readonly inboxId: number | null;
  readonly limit: number;
}

interface Row {
  readonly conversation_id: string;
  readonly inbox_id: string;
  readonly target: string;
  readonly started_at: Date;
  readonly promised_ms: number;
  readonly due_at: Date | null;
}

/**
 * When is due, by the working hours that are set now, what was promised in working hours about the next `limit`
 * conversations after `afterId` (of one inbox, or with null of the tenant)? Writes where something else stands. Returns
 * the last of them, null when there are no more. Index: primary key. Promises nothing in an empty tenant.
 */
export async function recomputeSlaDuePage(tx: TenantTx, page: PromisedPage): Promise<number | null> {
  const { sql, tenantId } = tx;
  const found = await sql<{ id: number; conversation: string }[]>`
    select c.id::float8 as id, c.source_key as conversation
    from (
      select distinct conversation_id from sla_targets
      where tenant_id = ${tenantId} and conversation_id > ${page.afterId} and business_hours
        ${page.inboxId === null ? sql`` : sql`and inbox_id = ${page.inboxId}`}
      order by 1 limit ${page.limit}
    ) promised join conversations c on c.tenant_id = ${tenantId} and c.id = promised.conversation_id
    order by c.id`;
  if (found.length === 0) return null;
  await lockConversations(
    tx,
    tenantId,
    found.map(({ conversation }) => conversation),
  );
  await holdWorkingHours(tx);
  const clockOf: (inboxId: string) => BusinessClock | null = await clocksByInbox(tx);
  const rows = await sql<Row[]>`
    select conversation_id, inbox_id, target, started_at, promised_ms::float8 as promised_ms, due_at from sla_targets
    where tenant_id = ${tenantId} and conversation_id = any(${found.map(({ id }) => id)}::bigint[]) and business_hours`;
  const wrong = rows.flatMap(({ conversation_id, inbox_id, target, started_at, promised_ms, due_at }) => {
    const promise = { startedAt: started_at.getTime(), promisedMs: promised_ms, businessHours: true };
    const due = dueAt(promise, clockOf(inbox_id));
    if (due === (due_at?.getTime() ?? null)) return [];
    return [{ conversation_id, target, started_at, due_at: due === null ? null : new Date(due) }];
  });
  if (wrong.length > 0) {
    await sql`
      update sla_targets s set due_at = given.due_at
      from jsonb_to_recordset(${JSON.stringify(wrong)}::text::jsonb) as given (
        conversation_id bigint, target text, started_at timestamptz, due_at timestamptz)
      where s.tenant_id = ${tenantId} and s.conversation_id = given.conversation_id and s.target = given.target
        and s.started_at = given.started_at`;
  }
  return found.length < page.limit ? null : (found.at(-1)?.id ?? null);
}
