import type { FoldedMeasurement } from "@deskpulse/domain/ingest/folded";
import type { TransactionSql } from "postgres";
import type { TenantTx } from "../transaction.ts";

/** A measurement, the source key of its conversation, and what of it lies in working hours; null when these are unset. */
export type MeasurementOfConversation = FoldedMeasurement & {
  readonly conversation: string;
  readonly businessMs: number | null;
};

/**
 * What was measured in these conversations? Replaces what stood there and differs, because a late event can move all.
 * Served by conversations_source_key and measurements_conversation. `conversations` without measurements end with none.
 */
export async function replaceMeasurements(
  { sql }: TenantTx,
  tenantId: string,
  conversations: readonly string[],
  measurements: readonly MeasurementOfConversation[],
): Promise<void> {
  if (conversations.length === 0) return;
  const rows = JSON.stringify(
    measurements.map((one) => ({
      ...one,
      startedAt: new Date(one.startedAt),
      at: new Date(one.at),
      previousAt: one.previousAt === null ? null : new Date(one.previousAt),
    })),
  );
  // What stands there already stays: a row that is written anew has its day rolled up anew. `nth` tells equal rows apart.
  await sql`
    with wanted as materialized (
      select *, row_number() over (partition by ${columns(sql)}) as nth
      from (
        select c.id as conversation_id, given.kind, given."startedAt" as started_at, given.at,
          given."durationMs" as duration_ms, given."businessMs" as business_ms, given."previousAt" as previous_at,
          given.answers, m.user_id, i.id as inbox_id, t.id as team_id, i.channel, given.priority
        from jsonb_to_recordset(${rows}::text::jsonb) as given (
          conversation text, kind text, "startedAt" timestamptz, at timestamptz, "durationMs" bigint,
          "businessMs" bigint, "previousAt" timestamptz, answers int, agent text, team text, priority text
        )
        join conversations c on c.tenant_id = ${tenantId} and c.source_key = given.conversation
        join inboxes i on i.tenant_id = ${tenantId} and i.id = c.inbox_id
        left join memberships m on m.tenant_id = ${tenantId} and m.source_key = given.agent
        left join teams t on t.tenant_id = ${tenantId} and t.source_key = given.team
      ) resolved
    ), present as materialized (
      select id, ${columns(sql)}, row_number() over (partition by ${columns(sql)}) as nth
      from measurements
      where tenant_id = ${tenantId} and conversation_id in (
        select c.id from jsonb_array_elements_text(${JSON.stringify(conversations)}::text::jsonb) as key
        join conversations c on c.tenant_id = ${tenantId} and c.source_key = key
      )
    ), gone as (
      delete from measurements m using present p
      where m.tenant_id = ${tenantId} and m.id = p.id and not exists (
        select from wanted w where ${isSame(sql)})
    )
    insert into measurements (tenant_id, ${columns(sql)})
    select ${tenantId}::uuid, ${columns(sql)} from wanted w
    where not exists (select from present p where ${isSame(sql)})`;
}

const columns = (sql: TransactionSql) => sql`conversation_id, kind, started_at, at, duration_ms, business_ms,
  previous_at, answers, user_id, inbox_id, team_id, channel, priority`;

/** Is the present row `p` the wanted one `w`? The first line can be hashed, the second takes nulls for equal. */
const isSame = (sql: TransactionSql) => sql`
  (p.conversation_id, p.kind, p.started_at, p.at, p.duration_ms, p.inbox_id, p.channel, p.nth)
    = (w.conversation_id, w.kind, w.started_at, w.at, w.duration_ms, w.inbox_id, w.channel, w.nth)
  and (p.business_ms, p.previous_at, p.answers, p.user_id, p.team_id, p.priority)
    is not distinct from (w.business_ms, w.previous_at, w.answers, w.user_id, w.team_id, w.priority)`;
