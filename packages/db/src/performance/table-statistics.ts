import type { OwnerTx } from "../owner.ts";
import { seeRows, type TableName } from "./see-rows.ts";

export interface TableStatistics {
  /** The planner's row count; null when the table was never analysed. */
  readonly estimatedRows: number | null;
  /** Counted, or scaled from a sample; null when row-level security hides rows. */
  readonly actualRows: number | null;
  readonly counted: "all rows" | "sample" | "not";
  /** |estimated - actual| / actual; null when one is unknown. */
  readonly errorShare: number | null;
  readonly modifiedRows: number;
  /** Epoch milliseconds. */
  readonly analyzedAtMs: number | null;
}

/** Tables up to this size are counted whole: a second or so of reading. Of larger ones as much is sampled. */
const countedBytesMax = 64 * 1024 * 1024;

/** How far are the planner's figures from the table? Reads at most about 64 MB of it. Throws when it is gone. */
export async function tableStatistics(tx: OwnerTx, name: TableName): Promise<TableStatistics> {
  const { sql } = tx;
  const [stored] = await sql<
    { estimated: number | null; modified: number; analyzedAtMs: number | null; bytes: number }[]
  >`
    select nullif(c.reltuples, -1)::float8 as estimated, coalesce(s.n_mod_since_analyze, 0)::float8 as modified,
      (extract(epoch from greatest(s.last_analyze, s.last_autoanalyze)) * 1000)::float8 as "analyzedAtMs",
      pg_relation_size(c.oid)::float8 as bytes
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    left join pg_stat_user_tables s on s.relid = c.oid
    where n.nspname = ${name.schema} and c.relname = ${name.table}`;
  if (stored === undefined) throw new Error(`there is no table ${name.schema}.${name.table}`);
  const percent = Math.min(100, (100 * countedBytesMax) / Math.max(1, stored.bytes));
  const actual = (await seeRows(tx, name)) === "all rows" ? await count(tx, name, percent) : null;
  const error = (estimated: number, rows: number): number => Math.abs(estimated - rows) / Math.max(1, rows);
  return {
    estimatedRows: stored.estimated,
    actualRows: actual,
    counted: actual === null ? "not" : percent === 100 ? "all rows" : "sample",
    errorShare: actual === null || stored.estimated === null ? null : error(stored.estimated, actual),
    modifiedRows: stored.modified,
    analyzedAtMs: stored.analyzedAtMs,
  };
}

async function count({ sql }: OwnerTx, { schema, table }: TableName, percent: number): Promise<number> {
  const [row] = await sql<{ rows: number }[]>`
    select count(*)::float8 as rows from ${sql(schema)}.${sql(table)}
    ${percent === 100 ? sql`` : sql`tablesample system (${percent})`}`;
  return Math.round((row?.rows ?? 0) * (100 / percent));
}
