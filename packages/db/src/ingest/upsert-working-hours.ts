import type { ReferenceEvent } from "@deskpulse/domain/ingest/event";
import type { TenantTx } from "../transaction.ts";

type WorkingHoursEvent = Extract<ReferenceEvent, { type: "working-hours.upserted" }>;

/**
 * Which working hours do these inboxes have? Those of the latest event time replace the old ones (of one time, the later
 * in the order of characters). Gives the ids of the inboxes whose hours or zone changed. Index: inboxes_source_key. The
 * inboxes must be there; no events change none.
 */
export async function upsertWorkingHours(
  { sql }: TenantTx,
  tenantId: string,
  events: readonly WorkingHoursEvent[],
): Promise<number[]> {
  if (events.length === 0) return [];
  const rows = JSON.stringify(events.map(({ key, at, timezone, hours }) => ({ key, at, timezone, hours })));
  const changed = await sql<{ id: string }[]>`
    with given as (
      select distinct on (key) key, at, timezone, nullif(hours, 'null') as hours
      from jsonb_to_recordset(${rows}::text::jsonb) as row (key text, at timestamptz(3), timezone text, hours jsonb)
      order by key, at desc, concat(nullif(hours, 'null')::text, timezone) collate "C" desc
    )
    update inboxes i set working_hours = given.hours, timezone = given.timezone, hours_at = given.at
    from given
    where i.tenant_id = ${tenantId} and i.source_key = given.key
      and (coalesce(i.hours_at, '-infinity'), concat(i.working_hours::text, i.timezone) collate "C")
        < (given.at, concat(given.hours::text, given.timezone) collate "C")
    returning i.id`;
  return changed.map(({ id }) => Number(id));
}
