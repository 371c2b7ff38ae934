import type { ReferenceEvent } from "@deskpulse/domain/ingest/event";
import type { TenantTx } from "../transaction.ts";

/**
 * Which of these upserts are new? They are kept beside the events of conversations, each (source, id) once; known ones
 * change nothing, and of an erased customer no name is kept. Returns the ids of the new ones. Indexes: events_source_key,
 * customers_source_key. None gives none.
 */
export async function recordReferences(
  { sql }: TenantTx,
  tenantId: string,
  source: string,
  events: readonly ReferenceEvent[],
): Promise<ReadonlySet<string>> {
  if (events.length === 0) return new Set();
  const rows = JSON.stringify(events.map(({ id, type, at, ...data }) => ({ id, type, at, data })));
  const recorded = await sql<{ source_key: string }[]>`
    insert into events (tenant_id, source, source_key, type, at, data)
    select ${tenantId}::uuid, ${source}, given.id, given.type, given.at,
      case when c.name is null then given.data else given.data || jsonb_build_object('name', c.name) end
    from jsonb_to_recordset(${rows}::text::jsonb) as given (id text, type text, at timestamptz, data jsonb)
    left join customers c on given.type = 'customer.upserted' and c.tenant_id = ${tenantId}
      and c.source_key = given.data ->> 'key' and c.erased_at is not null
    order by given.id
    on conflict (tenant_id, source, source_key) do nothing
    returning source_key`;
  return new Set(recorded.map(({ source_key }) => source_key));
}
