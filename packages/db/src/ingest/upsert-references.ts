import type { Reference } from "@deskpulse/domain/ingest/references";
import type { TenantTx } from "../transaction.ts";

/**
 * Are these teams, labels or customers known? Missing ones are added; a name given at a later event time replaces the old
 * one (of one time, the later in the order of characters), a mere mention changes nothing, and
 * an erased customer gets no name. Served by the table's unique
 * (tenant_id, source_key). An empty tenant gets all of them; an empty list does nothing. Give the keys in order, so that
 * concurrent writers do not deadlock.
 */
export async function upsertReferences(
  { sql }: TenantTx,
  tenantId: string,
  table: "teams" | "labels" | "customers",
  references: readonly Reference[],
): Promise<void> {
  if (references.length === 0) return;
  const rows = JSON.stringify(references);
  await sql`
    insert into ${sql(table)} (tenant_id, source_key, name, named_at)
    select ${tenantId}::uuid, given.key, given.name, given."namedAt"
    from jsonb_to_recordset(${rows}::text::jsonb) as given (key text, name text, "namedAt" timestamptz)
    where not exists (
      select from ${sql(table)} present where present.tenant_id = ${tenantId} and present.source_key = given.key
    )
    on conflict (tenant_id, source_key) do nothing`;
  // after the insert, so that it sees what another writer has inserted meanwhile
  await sql`
    update ${sql(table)} present set name = given.name, named_at = given."namedAt"
    from jsonb_to_recordset(${rows}::text::jsonb) as given (key text, name text, "namedAt" timestamptz(3), "isNamed" boolean)
    where present.tenant_id = ${tenantId} and present.source_key = given.key and given."isNamed"
      ${table === "customers" ? sql`and present.erased_at is null` : sql``}
      and (coalesce(present.named_at, '-infinity'), present.name collate "C")
        < (coalesce(given."namedAt", '-infinity'), given.name collate "C")`;
}
