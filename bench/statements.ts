import type { Sql } from "postgres";
import { short } from "./rounds.ts";

/** Forgets what was counted so far. */
export async function resetStatements(sql: Sql): Promise<void> {
  await sql`select pg_stat_statements_reset()`;
}

/** The statements that took Postgres longest since the reset, a line each. */
export async function topStatements(sql: Sql, limit: number): Promise<string[]> {
  const rows = await sql<{ query: string; calls: number; ms: number; rows: number; walBytes: number }[]>`
    select regexp_replace(left(query, 200), '\\s+', ' ', 'g') as query, calls::int, total_exec_time as ms, rows::int,
      wal_bytes::float8 as "walBytes"
    from pg_stat_statements where query not like '%pg_sleep%' order by total_exec_time desc limit ${limit}`;
  return rows.map(({ query, calls, ms, rows, walBytes }) => {
    const perRow = rows === 0 ? "" : `, ${short((ms * 1000) / rows)} µs and ${short(walBytes / rows)} B of WAL a row`;
    return `${short(ms)} ms in ${calls} calls, ${rows} rows${perRow}: ${query.trim()}`;
  });
}
