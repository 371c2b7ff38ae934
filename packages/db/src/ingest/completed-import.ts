import type { TenantTx } from "../transaction.ts";

const source = "deskpulse-import";
const type = "import.completed";

/**
 * What was noted when the import with this key completed? Null when it never did, so in every empty tenant. Served by
 * events_source_key.
 */
export async function findCompletedImport({ sql }: TenantTx, tenantId: string, key: string): Promise<string | null> {
  const [row] = await sql<{ note: string }[]>`
    select data ->> 'note' as note from events
    where tenant_id = ${tenantId} and source = ${source} and source_key = ${key}`;
  return row?.note ?? null;
}

/** Notes that the import with this key completed; a second note changes nothing. Served by events_source_key. */
export async function recordCompletedImport(
  { sql }: TenantTx,
  tenantId: string,
  key: string,
  note: string,
): Promise<void> {
  await sql`
    insert into events (tenant_id, source, source_key, type, at, data)
    values (${tenantId}, ${source}, ${key}, ${type}, now(), jsonb_build_object('note', ${note}::text))
    on conflict (tenant_id, source, source_key) do nothing`;
}
