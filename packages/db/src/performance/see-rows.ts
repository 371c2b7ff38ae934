import type { OwnerTx } from "../owner.ts";

export interface TableName {
  readonly schema: string;
  readonly table: string;
}

/** How much of a table a measurement may see under row-level security. */
export type Sight = "all rows" | "one tenant's rows" | "no rows";

interface Guards {
  readonly hidden: boolean;
  readonly engine: boolean;
  readonly tenant: boolean;
}

const tenantsTriedMax = 20;

/**
 * Turns the rest of the transaction into one that sees rows of the table. Forced row-level security hides them from the
 * owner too, unless a superuser; then the engine looks where it may, else a tenant that has rows stands for all.
 */
export async function seeRows({ sql }: OwnerTx, name: TableName): Promise<Sight> {
  const [guards] = await sql<Guards[]>`
    select row_security_active(c.oid) as hidden,
      has_table_privilege('deskpulse_engine', c.oid, 'select') and exists (
        select from pg_policy p where p.polrelid = c.oid and 'deskpulse_engine'::regrole = any (p.polroles)) as engine,
      has_table_privilege('deskpulse_tenant', c.oid, 'select') as tenant
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = ${name.schema} and c.relname = ${name.table}`;
  if (guards === undefined) return "no rows";
  if (!guards.hidden) return "all rows";
  if (guards.engine) {
    await sql`select set_config('role', 'deskpulse_engine', true)`;
    return "all rows";
  }
  if (!guards.tenant) return "no rows";
  await sql`select set_config('role', 'deskpulse_engine', true)`;
  const tenants = await sql<{ id: string }[]>`select id from tenants order by id limit ${tenantsTriedMax}`;
  for (const { id } of tenants) {
    await sql`select set_config('role', 'deskpulse_tenant', true), set_config('app.tenant_id', ${id}, true)`;
    const [found] = await sql`select from ${sql(name.schema)}.${sql(name.table)} limit 1`;
    if (found !== undefined) return "one tenant's rows";
  }
  return "no rows";
}
