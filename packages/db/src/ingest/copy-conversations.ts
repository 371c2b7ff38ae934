import type { ConversationEvent } from "@deskpulse/domain/ingest/event";
import { foldConversation } from "@deskpulse/domain/ingest/fold-conversation";
import { type FoldedConversation, foldVersion } from "@deskpulse/domain/ingest/folded";
import { type BusinessClock, businessClock } from "@deskpulse/domain/tenants/business-ms";
import type { TenantTx } from "../transaction.ts";
import { type CopiedValue, copyRows } from "./copy-rows.ts";
import { creditColumns, type FoldedTable, foldedTables } from "./folded-tables.ts";
import { holdWorkingHours } from "./hold-working-hours.ts";
import { readInboxHours } from "./read-inbox-hours.ts";

/** Rows written, table by table. */
export interface CopiedCounts {
  readonly conversations: number;
  readonly events: number;
  readonly messages: number;
  readonly measurements: number;
  readonly conversationLabels: number;
}

interface Numbered {
  /** Joins the rows of a conversation until Postgres has given it its id. */
  readonly n: number;
  readonly events: readonly ConversationEvent[];
  readonly folded: FoldedConversation;
}

/**
 * The bulk way of ingestEvents for conversations that have no row yet: whole ones, each with all its events of this
 * source, folded here and written by COPY and five inserts. What they refer to must be there. Leaves the same rows as
 * ingestEvents. Served by the source keys of what is referred to. Rejects when a conversation or event is known already;
 * one without a creation is left out.
 */
export async function copyConversations(
  tx: TenantTx,
  source: string,
  conversations: Iterable<readonly ConversationEvent[]>,
): Promise<CopiedCounts> {
  const clocks = await businessClocks(tx);
  const numbered = [...fold(conversations)];
  await createTables(tx);
  await copyRows(tx, "copied_conversations", numbered.map(conversationRow));
  await copyRows(tx, "copied_labels", flat(numbered, labelRows));
  await copyRows(tx, "copied_events", flat(numbered, eventRows));
  await copyRows(
    tx,
    "copied_messages",
    flat(numbered, (one) => messageRows(one, source)),
  );
  await copyRows(
    tx,
    "copied_measurements",
    flat(numbered, (one) => measurementRows(one, clocks)),
  );
  const copied = {
    conversations: await insertConversations(tx),
    conversationLabels: await insertLabels(tx),
    events: await insertEvents(tx, source),
    messages: await insertMessages(tx),
    measurements: await insertMeasurements(tx),
  };
  for (const table of foldedTables) await copyFoldedRows(tx, table, numbered, clocks, source);
  return copied;
}

async function copyFoldedRows(
  tx: TenantTx,
  table: FoldedTable,
  numbered: readonly Numbered[],
  clocks: ReadonlyMap<string, BusinessClock>,
  source: string,
): Promise<void> {
  const { sql, tenantId } = tx;
  const temporary = `copied_${table.name}`;
  const given = [...table.columns, ...creditColumns];
  // every name is a constant of this code
  await sql.unsafe(`create temporary table ${temporary} (
    n int, ${given.map(({ name, type }) => `"${name}" ${type}`).join(", ")}) on commit drop`);
  const sourceKey = (id: string): string => `${source}:${id}`;
  await copyRows(
    tx,
    temporary,
    flat(numbered, function* ({ n, folded }) {
      const clock = clocks.get(folded.state.inbox) ?? null;
      for (const row of table.rows({ folded, clock, sourceKey })) yield [n, ...row];
    }),
  );
  const list = (of = "") => table.columns.map(({ name }) => `${of}"${name}"`).join(", ");
  await sql.unsafe(
    `insert into ${table.name} (tenant_id, conversation_id, ${list()}, user_id, inbox_id, team_id, priority)
     select $1::uuid, c.id, ${list("given.")}, m.user_id, c.inbox_id, t.id, given.priority
     from ${temporary} given
     join copied_ids c using (n)
     left join memberships m on m.tenant_id = $1 and m.source_key = given.agent
     left join teams t on t.tenant_id = $1 and t.source_key = given.team`,
    [tenantId],
  );
}

function* fold(conversations: Iterable<readonly ConversationEvent[]>): Generator<Numbered> {
  let n = 0;
  for (const events of conversations) {
    const folded = foldConversation(events);
    if (folded === undefined) continue;
    n += 1;
    yield { n, events, folded };
  }
}

function* flat<T>(numbered: readonly Numbered[], rows: (one: Numbered) => Iterable<T>): Generator<T> {
  for (const one of numbered) yield* rows(one);
}

type Row = readonly CopiedValue[];

function conversationRow({ n, folded: { state } }: Numbered): Row {
  const { conversation, inbox, customer, team, agent, status, priority, reopenedCount } = state;
  const times = [state.createdAt, state.firstRespondedAt, state.waitingSince, state.resolvedAt, state.lastActivityAt];
  return [n, conversation, inbox, customer, team, agent, status, priority, ...times.map(instant), reopenedCount];
}

function* labelRows({ n, folded }: Numbered): Generator<Row> {
  for (const label of folded.state.labels) yield [n, label];
}

function* eventRows({ n, events }: Numbered): Generator<Row> {
  for (const { id, type, at, conversation: _, ...data } of events) yield [n, id, type, at, JSON.stringify(data)];
}

function* messageRows({ n, folded }: Numbered, source: string): Generator<Row> {
  for (const { id, direction, sender, agent, isPrivate, content, at } of folded.messages) {
    yield [n, `${source}:${id}`, direction, sender, agent, isPrivate, content, instant(at)];
  }
}

function* measurementRows({ n, folded }: Numbered, clocks: ReadonlyMap<string, BusinessClock>): Generator<Row> {
  const clock = clocks.get(folded.state.inbox);
  for (const { kind, startedAt, at, durationMs, previousAt, answers, agent, team, priority } of folded.measurements) {
    const businessMs = clock?.(startedAt, at) ?? null;
    const more = [instant(previousAt), answers];
    yield [n, kind, instant(startedAt), instant(at), durationMs, businessMs, ...more, agent, team, priority];
  }
}

function instant(at: number): string;
function instant(at: number | null): string | null;
function instant(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}

/** The clock of each inbox that has working hours, by source key; inboxes with the same ones share it. */
async function businessClocks(tx: TenantTx): Promise<ReadonlyMap<string, BusinessClock>> {
  await holdWorkingHours(tx);
  const clocks = new Map<string, BusinessClock>();
  const shared = new Map<string, BusinessClock>();
  for (const { sourceKey, hours, timezone } of await readInboxHours(tx)) {
    if (hours === null) continue;
    const same = JSON.stringify([timezone, hours]);
    const clock = shared.get(same) ?? businessClock(hours, timezone);
    shared.set(same, clock);
    clocks.set(sourceKey, clock);
  }
  return clocks;
}

async function createTables({ sql }: TenantTx): Promise<void> {
  await sql.unsafe(`
    create temporary table copied_conversations (
      n int, source_key text, inbox text, customer text, team text, agent text, status text, priority text,
      created_at timestamptz, first_responded_at timestamptz, waiting_since timestamptz, resolved_at timestamptz,
      last_activity_at timestamptz, reopened_count int
    ) on commit drop;
    create temporary table copied_labels (n int, label text) on commit drop;
    create temporary table copied_events (n int, source_key text, type text, at timestamptz, data jsonb) on commit drop;
    create temporary table copied_messages (
      n int, source_key text, direction text, sender text, agent text, is_private boolean, content text, at timestamptz
    ) on commit drop;
    create temporary table copied_measurements (
      n int, kind text, started_at timestamptz, at timestamptz, duration_ms bigint, business_ms bigint,
      previous_at timestamptz, answers int, agent text, team text, priority text
    ) on commit drop;
    create temporary table copied_ids (n int, id bigint, inbox_id bigint, channel text) on commit drop`);
}

// Customers by sub-select: of a tenant without statistics yet, a join would read all of them for each conversation.
async function insertConversations({ sql, tenantId }: TenantTx): Promise<number> {
  const { count } = await sql`
    insert into conversations (tenant_id, source_key, inbox_id, customer_id, team_id, assignee_id, status, priority,
      created_at, first_responded_at, waiting_since, resolved_at, last_activity_at, reopened_count,
      fold_version)
    select ${tenantId}::uuid, given.source_key, i.id,
      (select cu.id from customers cu where cu.tenant_id = ${tenantId} and cu.source_key = given.customer),
      t.id, m.user_id, given.status, given.priority, given.created_at, given.first_responded_at,
      given.waiting_since, given.resolved_at, given.last_activity_at, given.reopened_count, ${foldVersion}
    from copied_conversations given
    join inboxes i on i.tenant_id = ${tenantId} and i.source_key = given.inbox
    left join teams t on t.tenant_id = ${tenantId} and t.source_key = given.team
    left join memberships m on m.tenant_id = ${tenantId} and m.source_key = given.agent
    order by given.n`;
  await sql`
    insert into copied_ids (n, id, inbox_id, channel)
    select given.n, c.id, i.id, i.channel
    from copied_conversations given
    join conversations c on c.tenant_id = ${tenantId} and c.source_key = given.source_key
    join inboxes i on i.tenant_id = ${tenantId} and i.id = c.inbox_id`;
  return count;
}

async function insertLabels({ sql, tenantId }: TenantTx): Promise<number> {
  const { count } = await sql`
    insert into conversation_labels (tenant_id, conversation_id, label_id)
    select ${tenantId}::uuid, c.id, l.id
    from copied_labels given
    join copied_ids c using (n)
    join labels l on l.tenant_id = ${tenantId} and l.source_key = given.label`;
  return count;
}

async function insertEvents({ sql, tenantId }: TenantTx, source: string): Promise<number> {
  const { count } = await sql`
    insert into events (tenant_id, conversation_id, source, source_key, type, at, data)
    select ${tenantId}::uuid, c.id, ${source}, given.source_key, given.type, given.at, given.data
    from copied_events given join copied_ids c using (n)`;
  return count;
}

async function insertMessages({ sql, tenantId }: TenantTx): Promise<number> {
  const { count } = await sql`
    insert into messages (tenant_id, conversation_id, source_key, direction, sender, sender_id, is_private, content, at)
    select ${tenantId}::uuid, c.id, given.source_key, given.direction, given.sender, m.user_id, given.is_private,
      given.content, given.at
    from copied_messages given
    join copied_ids c using (n)
    left join memberships m on m.tenant_id = ${tenantId} and m.source_key = given.agent`;
  return count;
}

async function insertMeasurements({ sql, tenantId }: TenantTx): Promise<number> {
  const { count } = await sql`
    insert into measurements (tenant_id, conversation_id, kind, started_at, at, duration_ms, business_ms, previous_at,
      answers, user_id, inbox_id, team_id, channel, priority)
    select ${tenantId}::uuid, c.id, given.kind, given.started_at, given.at, given.duration_ms, given.business_ms,
      given.previous_at, given.answers, m.user_id, c.inbox_id, t.id, c.channel, given.priority
    from copied_measurements given
    join copied_ids c using (n)
    left join memberships m on m.tenant_id = ${tenantId} and m.source_key = given.agent
    left join teams t on t.tenant_id = ${tenantId} and t.source_key = given.team`;
  return count;
}
