import { type BusinessClock, businessClock } from "@deskpulse/domain/tenants/business-ms";
import type { TenantTx } from "../transaction.ts";
import { holdWorkingHours } from "./hold-working-hours.ts";
import { lockConversations } from "./lock-conversations.ts";
import { readInboxHours } from "./read-inbox-hours.ts";

export interface MeasurementPage {
  /** Measurements with a greater id, up to `untilId`. */
  readonly afterId: number;
  readonly untilId: number;
  /** Null: of every inbox. */
  readonly inboxId: number | null;
  readonly limit: number;
}

export interface RecomputedPage {
  /** Where the next page goes on; null when this was the last. */
  readonly lastId: number | null;
  readonly changed: number;
}

interface Row {
  readonly id: string;
  readonly inbox_id: string;
  readonly started_at: Date;
  readonly at: Date;
  readonly business_ms: string | null;
  readonly channel_is_old: boolean;
}

/**
 * What of these measurements lies in the working hours that are set now, and which channel has their inbox now? Writes
 * where something else stands, so a page done twice changes nothing. Holds its conversations against whoever folds them. Index: primary key. An empty
 * tenant is done at once.
 */
export async function recomputeBusinessPage(tx: TenantTx, page: MeasurementPage): Promise<RecomputedPage> {
  const { sql, tenantId } = tx;
  const found = await sql<{ id: string; conversation: string }[]>`
    select m.id, c.source_key as conversation
    from (
      select id, conversation_id from measurements
      where tenant_id = ${tenantId} and id > ${page.afterId} and id <= ${page.untilId}
        ${page.inboxId === null ? sql`` : sql`and inbox_id = ${page.inboxId}`}
      order by id limit ${page.limit}
    ) m join conversations c on c.tenant_id = ${tenantId} and c.id = m.conversation_id
    order by m.id`;
  if (found.length === 0) return { lastId: null, changed: 0 };
  await lockConversations(tx, tenantId, [...new Set(found.map(({ conversation }) => conversation))]);
  await holdWorkingHours(tx);
  const clockOf = await clocksByInbox(tx);
  // read again: who held the conversations may have measured them anew, under other ids
  const rows = await sql<Row[]>`
    select m.id, m.inbox_id, m.started_at, m.at, m.business_ms, m.channel <> i.channel as channel_is_old
    from measurements m join inboxes i on i.tenant_id = ${tenantId} and i.id = m.inbox_id
    where m.tenant_id = ${tenantId} and m.id = any(${found.map(({ id }) => id)}::bigint[])`;
  const wrong = rows.flatMap(({ id, inbox_id, started_at, at, business_ms, channel_is_old }) => {
    const is = clockOf(inbox_id)?.(started_at.getTime(), at.getTime()) ?? null;
    const stands = is === (business_ms === null ? null : Number(business_ms)) && !channel_is_old;
    return stands ? [] : [{ id, businessMs: is }];
  });
  if (wrong.length > 0) {
    await sql`
      update measurements m set business_ms = given."businessMs", channel = i.channel
      from jsonb_to_recordset(${JSON.stringify(wrong)}::text::jsonb) as given (id bigint, "businessMs" bigint), inboxes i
      where i.tenant_id = ${tenantId} and i.id = m.inbox_id and m.tenant_id = ${tenantId} and m.id = given.id`;
  }
  return { lastId: found.length < page.limit ? null : Number(found.at(-1)?.id), changed: wrong.length };
}

/** The clock of an inbox, made when it is needed; null where neither it nor the tenant has working hours. */
export async function clocksByInbox(tx: TenantTx): Promise<(inboxId: string) => BusinessClock | null> {
  const hoursOf = new Map((await readInboxHours(tx)).map((inbox) => [String(inbox.id), inbox]));
  const clocks = new Map<string, BusinessClock | null>();
  return (inboxId) => {
    const known = clocks.get(inboxId);
    if (known !== undefined) return known;
    const inbox = hoursOf.get(inboxId);
    const clock = inbox?.hours ? businessClock(inbox.hours, inbox.timezone) : null;
    clocks.set(inboxId, clock);
    return clock;
  };
}
