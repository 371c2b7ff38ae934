import type { InboxReference } from "@deskpulse/domain/ingest/references";
import type { TenantTx } from "../transaction.ts";

/**
 * Are these inboxes known? Missing ones are added; a name and channel given at a later event time replace the old ones
 * (of one time, the later in the order of characters), a mere mention changes nothing. Gives the ids of those that had
 * another channel: measurements carry it. Served by inboxes_source_key. An empty tenant gets all of them; an empty list
 * does nothing. Give the keys in order, so that concurrent writers do not deadlock.
 */
export async function upsertInboxes(
  { sql }: TenantTx,
  tenantId: string,
  inboxes: readonly InboxReference[],
): Promise<number[]> {
  if (inboxes.length === 0) return [];
  const rows = JSON.stringify(inboxes);
  await sql`
    insert into inboxes (tenant_id, source_key, name, channel, named_at)
    select ${tenantId}::uuid, given.key, given.name, given.channel, given."namedAt"
    from jsonb_to_recordset(${rows}::text::jsonb) as given (key text, name text, channel text, "namedAt" timestamptz)
    where not exists (select from inboxes present where present.tenant_id = ${tenantId} and present.source_key = given.key)
    on conflict (tenant_id, source_key) do nothing`;
  // after the insert, so that it sees what another writer has inserted meanwhile
  const changed = await sql<{ id: string; channel_changed: boolean }[]>`
    update inboxes present set name = given.name, channel = given.channel, named_at = given."namedAt"
    from jsonb_to_recordset(${rows}::text::jsonb) as given (
      key text, name text, channel text, "namedAt" timestamptz(3), "isNamed" boolean
    ) join inboxes old on old.tenant_id = ${tenantId} and old.source_key = given.key
    where present.tenant_id = ${tenantId} and present.source_key = given.key and given."isNamed"
      and (coalesce(present.named_at, '-infinity'), present.name collate "C", present.channel collate "C")
        < (coalesce(given."namedAt", '-infinity'), given.name collate "C", given.channel collate "C")
    returning present.id, old.channel <> given.channel as channel_changed`;
  return changed.flatMap(({ id, channel_changed }) => (channel_changed ? [Number(id)] : []));
}
