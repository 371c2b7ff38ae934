import type { InboxReference } from "@deskpulse/domain/ingest/references";
import type { TenantTx } from "../transaction.ts";

/**
 * Are these inboxes known? Missing ones are added; a newly given name or channel replaces the old one, a mere mention
 * changes nothing. Served by inboxes_source_key. An empty tenant gets all of them; an empty list does nothing. Give the
 * keys in order, so that concurrent writers do not deadlock.
 */
export async function upsertInboxes(
  { sql }: TenantTx,
  tenantId: string,
  inboxes: readonly InboxReference[],
): Promise<void> {
  if (inboxes.length === 0) return;
  const rows = JSON.stringify(inboxes);
  await sql`
    update inboxes present set name = given.name, channel = given.channel
    from jsonb_to_recordset(${rows}::text::jsonb) as given (key text, name text, channel text, "isNamed" boolean)
    where present.tenant_id = ${tenantId} and present.source_key = given.key
      and given."isNamed" and (present.name, present.channel) <> (given.name, given.channel)`;
  await sql`
    insert into inboxes (tenant_id, source_key, name, channel)
    select ${tenantId}::uuid, given.key, given.name, given.channel
    from jsonb_to_recordset(${rows}::text::jsonb) as given (key text, name text, channel text)
    where not exists (select from inboxes present where present.tenant_id = ${tenantId} and present.source_key = given.key)
    on conflict (tenant_id, source_key) do nothing`;
}
