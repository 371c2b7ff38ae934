import type { OwnerTx } from "../owner.ts";

export interface LockHolder {
  readonly pid: number;
  readonly application: string;
  readonly mode: string;
  readonly heldSeconds: number;
}

/**
 * Who keeps a table from being analysed or indexed: sessions with a lock on it that excludes such work or that a build
 * has to wait for, longest first, at most 5. None when nobody does.
 */
export async function lockHolders({ sql }: OwnerTx, schema: string, table: string): Promise<LockHolder[]> {
  return await sql<LockHolder[]>`
    select l.pid, coalesce(s.application_name, '') as "application", min(l.mode) as "mode",
      coalesce(max(extract(epoch from clock_timestamp() - s.xact_start)), 0)::float8 as "heldSeconds"
    from pg_locks l
    join pg_class c on c.oid = l.relation
    join pg_namespace n on n.oid = c.relnamespace
    left join pg_stat_activity s on s.pid = l.pid
    where l.locktype = 'relation' and l.granted and l.pid <> pg_backend_pid()
      and l.database = (select d.oid from pg_database d where d.datname = current_database())
      and n.nspname = ${schema} and c.relname = ${table} and l.mode not in ('AccessShareLock', 'RowShareLock')
    group by 1, 2 order by 4 desc limit 5`;
}
