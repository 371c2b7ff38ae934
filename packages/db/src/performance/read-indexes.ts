import type { IndexSnapshot } from "@deskpulse/domain/performance/database-snapshot";
import type { OwnerTx } from "../owner.ts";

/**
 * Which indexes has the platform's schema, exactly, and how are they used? At most `limit`. Served by the catalogue's
 * own indexes; none for an empty schema.
 */
export async function readIndexes({ sql }: OwnerTx, limit: number): Promise<IndexSnapshot[]> {
  return await sql<IndexSnapshot[]>`
    select n.nspname::text as "schema", t.relname::text as "table", c.relname::text as "name",
      pg_has_role(current_user, t.relowner, 'USAGE') as "owned", am.amname::text as "method",
      keys.list as "keys", coalesce(included.list, '{}') as "included",
      pg_get_expr(i.indpred, i.indrelid) as "predicate",
      i.indisunique as "unique", i.indnullsnotdistinct as "nullsNotDistinct", i.indimmediate as "immediate",
      i.indisprimary as "primary", con.conname::text as "constraint",
      (select count(*) from pg_constraint f where f.contype = 'f' and f.conindid = i.indexrelid)::float8 as "referencedBy",
      i.indisreplident as "replicaIdentity", i.indisclustered as "clustered",
      i.indisvalid and i.indisready and i.indislive as "valid",
      exists (select from pg_stat_progress_create_index p where p.index_relid = i.indexrelid or p.relid = i.indrelid)
        or exists (
          select from pg_locks l where l.locktype = 'relation' and l.relation = i.indrelid and l.granted
            and l.mode = 'ShareUpdateExclusiveLock' and l.pid <> pg_backend_pid()
            and l.database = (select d.oid from pg_database d where d.datname = current_database())
        ) as "beingBuilt",
      c.relkind = 'I' or c.relispartition as "partitioned",
      array_remove(array[
        case when obj_description(c.oid, 'pg_class') is not null then 'its comment' end,
        case when c.reltablespace <> 0 then 'its tablespace' end,
        case when exists (
          select from pg_attribute a where a.attrelid = c.oid and coalesce(a.attstattarget, -1) >= 0
        ) then 'its statistics targets' end,
        case when exists (
          select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e'
        ) then 'its place in an extension' end
      ], null) as "extras",
      c.oid::int8::float8 as "oid", pg_relation_size(c.oid)::float8 as "bytes", coalesce(s.idx_scan, 0)::float8 as "scans",
      pg_get_indexdef(c.oid) as "definition"
    from pg_index i
    join pg_class c on c.oid = i.indexrelid
    join pg_class t on t.oid = i.indrelid
    join pg_namespace n on n.oid = t.relnamespace
    join pg_am am on am.oid = c.relam
    left join pg_stat_user_indexes s on s.indexrelid = i.indexrelid
    left join pg_constraint con on con.conindid = i.indexrelid and con.contype in ('p', 'u', 'x')
    cross join lateral (
      select jsonb_agg(jsonb_build_object(
        'column', ta.attname, 'text', pg_get_indexdef(i.indexrelid, k.place::int, true),
        'operatorClass', opn.nspname || '.' || op.opcname || coalesce(ia.attoptions::text, ''),
        'collation', coalesce(coln.nspname || '.' || col.collname, ''),
        'descending', (k.option & 1) = 1, 'nullsFirst', (k.option & 2) = 2,
        'servesEquality', ta.attname is not null and ta.attcollation = k.coll and exists (
          select from pg_amop here
          join pg_amop plain on plain.amopopr = here.amopopr and plain.amopstrategy = 3
          join pg_opclass std on std.opcfamily = plain.amopfamily and std.opcdefault and std.opcintype = op.opcintype
          join pg_am btree on btree.oid = std.opcmethod and btree.amname = 'btree'
          where here.amopfamily = op.opcfamily and here.amopstrategy = case am.amname when 'btree' then 3 else 1 end
        )
      ) order by k.place) as list
      from unnest(i.indkey::int2[], i.indclass::oid[], i.indcollation::oid[], i.indoption::int2[])
        with ordinality as k(number, class, coll, option, place)
      join pg_opclass op on op.oid = k.class
      join pg_namespace opn on opn.oid = op.opcnamespace
      join pg_attribute ia on ia.attrelid = i.indexrelid and ia.attnum = k.place
      left join pg_attribute ta on ta.attrelid = i.indrelid and ta.attnum = k.number and k.number <> 0
      left join pg_collation col on col.oid = k.coll
      left join pg_namespace coln on coln.oid = col.collnamespace
      where k.place <= i.indnkeyatts
    ) keys
    left join lateral (
      select array_agg(ta.attname::text order by k.at) as list
      from unnest(i.indkey::int2[]) with ordinality as k(attribute, at)
      join pg_attribute ta on ta.attrelid = i.indrelid and ta.attnum = k.attribute
      where k.at > i.indnkeyatts
    ) included on true
    where n.nspname = current_schema() and t.relkind in ('r', 'p') and t.relpersistence <> 't'
    order by t.relname, c.relname limit ${limit}`;
}
