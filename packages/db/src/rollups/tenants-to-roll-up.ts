import type { EngineTx } from "../transaction.ts";

/**
 * Tenants, at most `limit`, with marks or whose present zone is not rolled up yet; none gives []. One look per tenant
 * into the primary keys of rollup_marks and rollup_zones.
 */
export async function tenantsToRollUp({ sql }: EngineTx, limit: number): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`
    select t.id from tenants t
    where exists (select from rollup_marks m where m.tenant_id = t.id)
      or not exists (select from rollup_zones z where z.tenant_id = t.id and z.zone = t.timezone)
    order by t.id limit ${limit}`;
  return rows.map(({ id }) => id);
}
