import type { FoldedMeasurement } from "@deskpulse/domain/ingest/folded";
import type { TenantTx } from "../transaction.ts";

/** A measurement, the source key of its conversation, and what of it lies in working hours; null when these are unset. */
export type MeasurementOfConversation = FoldedMeasurement & {
  readonly conversation: string;
  readonly businessMs: number | null;
};

/**
 * What was measured in these conversations? Replaces all that stood there, because a late event can move every one.
 * Served by conversations_source_key and measurements_conversation. `conversations` without measurements end with none.
 */
export async function replaceMeasurements(
  { sql }: TenantTx,
  tenantId: string,
  conversations: readonly string[],
  measurements: readonly MeasurementOfConversation[],
): Promise<void> {
  if (conversations.length === 0) return;
  await sql`
    delete from measurements
    where tenant_id = ${tenantId} and conversation_id in (
      select c.id from jsonb_array_elements_text(${JSON.stringify(conversations)}::text::jsonb) as key
      join conversations c on c.tenant_id = ${tenantId} and c.source_key = key
    )`;
  if (measurements.length === 0) return;
  const rows = JSON.stringify(
    measurements.map((one) => ({ ...one, startedAt: new Date(one.startedAt), at: new Date(one.at) })),
  );
  await sql`
    insert into measurements (tenant_id, conversation_id, kind, started_at, at, duration_ms, business_ms, user_id, inbox_id,
      team_id, channel, priority)
    select ${tenantId}::uuid, c.id, given.kind, given."startedAt", given.at, given."durationMs", given."businessMs",
      m.user_id, i.id, t.id, i.channel, given.priority
    from jsonb_to_recordset(${rows}::text::jsonb) as given (
      conversation text, kind text, "startedAt" timestamptz, at timestamptz, "durationMs" bigint, "businessMs" bigint,
      agent text, team text, priority text
    )
    join conversations c on c.tenant_id = ${tenantId} and c.source_key = given.conversation
    join inboxes i on i.tenant_id = ${tenantId} and i.id = c.inbox_id
    left join memberships m on m.tenant_id = ${tenantId} and m.source_key = given.agent
    left join teams t on t.tenant_id = ${tenantId} and t.source_key = given.team`;
}
