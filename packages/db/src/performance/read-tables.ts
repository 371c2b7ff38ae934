import type { TableSnapshot } from "@deskpulse/domain/performance/database-snapshot";
import type { OwnerTx } from "../owner.ts";

/**
 * Which tables has the platform's schema, how big are they, and what do the counters say of their statistics? At most
 * `limit`. Served by the catalogue's own indexes; none for an empty schema.
 */
export async function readTables({ sql }: OwnerTx, limit: number): Promise<TableSnapshot[]> {
  return await sql<TableSnapshot[]>`
    select n.nspname::text as "schema", c.relname::text as "name",
      case c.relkind when 'p' then 'partitioned' else 'table' end as "kind",
      pg_has_role(current_user, c.relowner, 'USAGE') as "owned",
      nullif(c.reltuples, -1)::float8 as "estimatedRows",
      coalesce(s.n_live_tup, 0)::float8 as "liveRows", coalesce(s.n_mod_since_analyze, 0)::float8 as "modifiedRows",
      (extract(epoch from greatest(s.last_analyze, s.last_autoanalyze)) * 1000)::float8 as "analyzedAtMs",
      coalesce(s.n_tup_del, 0)::float8 as "deletedRows",
      pg_table_size(c.oid)::float8 as "bytes",
      coalesce(own.threshold, current_setting('autovacuum_analyze_threshold'))::float8 as "analyzeThreshold",
      coalesce(own.factor, current_setting('autovacuum_analyze_scale_factor'))::float8 as "analyzeScaleFactor"
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    left join pg_stat_user_tables s on s.relid = c.oid
    left join lateral (
      select max(option_value) filter (where option_name = 'autovacuum_analyze_threshold') as threshold,
        max(option_value) filter (where option_name = 'autovacuum_analyze_scale_factor') as factor
      from pg_options_to_table(c.reloptions)
    ) own on true
    where c.relkind in ('r', 'p') and c.relpersistence <> 't' and n.nspname = current_schema()
    order by c.relname limit ${limit}`;
}
