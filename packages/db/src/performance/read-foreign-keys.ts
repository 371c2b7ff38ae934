import type { ForeignKeySnapshot } from "@deskpulse/domain/performance/database-snapshot";
import type { OwnerTx } from "../owner.ts";

/**
 * Which foreign keys has the platform's schema, and how often are rows deleted that they refer to? At most `limit`; the
 * parts of a partitioned table's keys are left out, their whole is there. None for an empty schema.
 */
export async function readForeignKeys({ sql }: OwnerTx, limit: number): Promise<ForeignKeySnapshot[]> {
  return await sql<ForeignKeySnapshot[]>`
    select n.nspname::text as "schema", t.relname::text as "table", f.conname::text as "name",
      (select array_agg(a.attname::text order by k.at) from unnest(f.conkey) with ordinality as k(number, at)
        join pg_attribute a on a.attrelid = f.conrelid and a.attnum = k.number) as "columns",
      r.relname::text as "referencedTable",
      case f.confdeltype when 'c' then 'cascade' when 'n' then 'set null' when 'd' then 'set default'
        when 'r' then 'restrict' else 'no action' end as "onDelete",
      coalesce(s.n_tup_del, 0)::float8 as "referencedDeletes"
    from pg_constraint f
    join pg_class t on t.oid = f.conrelid
    join pg_namespace n on n.oid = t.relnamespace
    join pg_class r on r.oid = f.confrelid
    left join pg_stat_user_tables s on s.relid = r.oid
    where f.contype = 'f' and f.conparentid = 0 and n.nspname = current_schema()
    order by t.relname, f.conname limit ${limit}`;
}
