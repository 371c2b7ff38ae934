import type { EngineTx } from "../transaction.ts";

/** The ids of the next tenants after one (null: from the first), in their order, at most `limit`. Index: primary key. */
export async function nextTenants({ sql }: EngineTx, afterId: string | null, limit: number): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`
    select id from tenants ${afterId === null ? sql`` : sql`where id > ${afterId}`} order by id limit ${limit}`;
  return rows.map(({ id }) => id);
}
