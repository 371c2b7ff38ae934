import type { EngineTx } from "../transaction.ts";

/** Deletes at most 1,000 findings that were resolved more than `days` ago, with their actions. A small table, read whole. */
export async function pruneFindings({ sql }: EngineTx, days: number): Promise<number> {
  const { count } = await sql`
    delete from findings where id in (
      select id from findings where resolved_at < now() - ${days}::float8 * interval '1 day' limit 1000)`;
  return count;
}
