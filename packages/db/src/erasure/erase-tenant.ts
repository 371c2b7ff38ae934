import type { EngineTx, TenantTx } from "../transaction.ts";

/** What a tenant has most of, children first: deleted by parts, so that no statement and no lock lasts long. */
export const largeTables = [
  "messages",
  "measurements",
  "conversation_spans",
  "sla_targets",
  "surveys",
  "automation_runs",
  "conversation_labels",
  "events",
  "conversations",
] as const;
export type LargeTable = (typeof largeTables)[number];

/** Deletes at most `limit` rows of the tenant; returns how many. Index: the table's primary key, by tenant. */
export async function deleteRowsOfTenant(
  { sql, tenantId }: TenantTx,
  table: LargeTable,
  limit: number,
): Promise<number> {
  const { count } = await sql`
    delete from ${sql(table)} where tenant_id = ${tenantId} and ctid = any (array(
      select ctid from ${sql(table)} where tenant_id = ${tenantId} limit ${limit}))`;
  return count;
}

/** A tenant's name; null when it is not (or no longer) there. Index: primary key. */
export async function nameOfTenant({ sql }: EngineTx, tenantId: string): Promise<string | null> {
  const [row] = await sql<{ name: string }[]>`select name from tenants where id = ${tenantId}`;
  return row?.name ?? null;
}

/**
 * Ends the access of everybody: memberships, API keys, refresh tokens and access tokens issued until now. Indexes:
 * primary key of memberships, api_keys_tenant, refresh_tokens_membership.
 */
export async function endAccessToTenant({ sql }: EngineTx, tenantId: string): Promise<void> {
  await sql`
    insert into token_revocations (subject, tenant_id, issued_before, expires_at)
    select user_id::text, tenant_id, clock_timestamp(), now() + interval '1 day' from memberships where tenant_id = ${tenantId}`;
  await sql`update memberships set ended_at = now() where tenant_id = ${tenantId} and ended_at is null`;
  await sql`update api_keys set revoked_at = now() where tenant_id = ${tenantId} and revoked_at is null`;
  await sql`update refresh_tokens set revoked_at = now() where tenant_id = ${tenantId} and revoked_at is null`;
}

/**
 * Deletes the tenant with everything that is left of it, and the users who belonged to it alone, operators excepted.
 * Returns how many users went. Indexes: primary keys, and those of the references to tenants and users.
 */
export async function deleteTenant({ sql }: EngineTx, tenantId: string): Promise<number> {
  const members = await sql<{ id: string }[]>`select user_id as id from memberships where tenant_id = ${tenantId}`;
  await sql`delete from tenants where id = ${tenantId}`;
  await sql`delete from rollup_marks where tenant_id = ${tenantId}`;
  await sql`delete from idempotency_keys where tenant_id = ${tenantId}`;
  const ids = `{${members.map(({ id }) => id).join(",")}}`;
  const { count } = await sql`
    delete from users u where u.id = any (${ids}::uuid[]) and u.operator is null
      and not exists (select from memberships m where m.user_id = u.id)`;
  return count;
}
