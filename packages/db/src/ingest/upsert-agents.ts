import type { Reference } from "@deskpulse/domain/ingest/references";
import { v7 as uuidv7 } from "uuid";
import type { EngineTx } from "../transaction.ts";

/**
 * Which users are the tenant's agents with these source keys? Missing ones become users without a password and members
 * with role agent; a name given at a later event time (of one time, the later in the order of characters) replaces the
 * old one unless the user can sign in (then it is the person's own).
 * Served by memberships_source_key. An empty tenant gets all of them; an empty list does nothing.
 */
export async function upsertAgents({ sql }: EngineTx, tenantId: string, agents: readonly Reference[]): Promise<void> {
  if (agents.length === 0) return;
  const rows = JSON.stringify(agents.map((agent) => ({ ...agent, id: uuidv7() })));
  await sql`
    with renamed as (
      update memberships m set named_at = given."namedAt"
      from jsonb_to_recordset(${rows}::text::jsonb) as given (
        key text, name text, "namedAt" timestamptz(3), "isNamed" boolean
      ), users u
      where m.tenant_id = ${tenantId} and m.source_key = given.key and u.id = m.user_id and u.email is null
        and given."isNamed" and (coalesce(m.named_at, '-infinity'), u.name collate "C")
          < (coalesce(given."namedAt", '-infinity'), given.name collate "C")
      returning m.user_id, given.name
    )
    update users u set name = renamed.name from renamed where u.id = renamed.user_id and u.name <> renamed.name`;
  const missing = await sql`
    select from jsonb_to_recordset(${rows}::text::jsonb) as given (key text)
    where not exists (select from memberships m where m.tenant_id = ${tenantId} and m.source_key = given.key) limit 1`;
  if (missing.length === 0) return;
  // Without the lock two writers could each make a user for the same key, and one of them would belong nowhere.
  await sql`select pg_advisory_xact_lock(hashtextextended('agents ' || ${tenantId}::text, 0))`;
  await sql`
    with missing as (
      select given.* from jsonb_to_recordset(${rows}::text::jsonb) as given (
        id uuid, key text, name text, "namedAt" timestamptz
      )
      where not exists (select from memberships m where m.tenant_id = ${tenantId} and m.source_key = given.key)
    ), added as (
      insert into users (id, name) select id, name from missing
    )
    insert into memberships (tenant_id, user_id, role, source_key, named_at)
    select ${tenantId}::uuid, id, 'agent', key, "namedAt" from missing`;
}
