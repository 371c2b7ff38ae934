import type { DatabaseSnapshot } from "@deskpulse/domain/performance/database-snapshot";
import type { OwnerTx } from "../owner.ts";
import { readForeignKeys } from "./read-foreign-keys.ts";
import { readIndexes } from "./read-indexes.ts";
import { readTables } from "./read-tables.ts";

const rowsMax = 5_000;

type Facts = Omit<DatabaseSnapshot, "tables" | "indexes" | "foreignKeys" | "truncated">;

/** One moment of the platform's schema, for the advisors: catalogue, counters and the settings that they compare with. */
export async function readDatabaseSnapshot(tx: OwnerTx): Promise<DatabaseSnapshot> {
  const [facts] = await tx.sql<Facts[]>`
    select (extract(epoch from clock_timestamp()) * 1000)::float8 as "takenAtMs",
      (select extract(epoch from stats_reset) * 1000 from pg_stat_database where datname = current_database())::float8
        as "countingSinceMs",
      current_user::text as "login", current_setting('block_size')::float8 as "blockBytes",
      current_setting('seq_page_cost')::float8 as "seqPageCost",
      current_setting('cpu_tuple_cost')::float8 as "cpuTupleCost",
      current_setting('cpu_operator_cost')::float8 as "cpuOperatorCost"`;
  if (facts === undefined) throw new Error("Postgres told nothing of itself");
  const tables = await readTables(tx, rowsMax);
  const indexes = await readIndexes(tx, rowsMax);
  const foreignKeys = await readForeignKeys(tx, rowsMax);
  const truncated = [tables, indexes, foreignKeys].some(({ length }) => length === rowsMax);
  return { ...facts, tables: [...tables], indexes: [...indexes], foreignKeys: [...foreignKeys], truncated };
}
