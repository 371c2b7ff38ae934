import type { EngineTx } from "../transaction.ts";

/** Whose runs are wanted: of one tenant (null: operators' own), those of some subjects or everybody's. */
export interface RunsWantedOf {
  readonly tenantId: string | null;
  readonly subjects: readonly string[];
  readonly everybody: boolean;
}

export interface RecentRunsWanted {
  readonly of: readonly RunsWantedOf[];
  /** Runs created before are left out: the bound that lets the index serve. */
  readonly createdSince: Date;
  /** Runs that have not changed since are left out. */
  readonly changedSince: Date;
  /** Newest runs looked at for each tenant. */
  readonly scanMax: number;
  readonly limit: number;
}

/**
 * Which runs of these subjects changed lately? Their ids, newest first. Index: job_runs(tenant_id, id), whose ids
 * are ordered by time. An empty tenant gives none.
 */
export async function recentRuns(tx: EngineTx, wanted: RecentRunsWanted): Promise<string[]> {
  const { of, createdSince, changedSince, scanMax, limit } = wanted;
  const lowestId = lowestUuidAt(createdSince);
  // what went back to the queue last changed when its attempt failed
  const newest = tx.sql`
    select id, created_by, greatest(created_at, started_at, finished_at,
      case when finished_at is null then (errors -> -1 ->> 'at')::timestamptz end) as changed_at
    from job_runs where id >= ${lowestId}::uuid`;
  const rows = await tx.sql<{ id: string }[]>`
    with wanted as materialized (
      select * from jsonb_to_recordset(${JSON.stringify(of)}::text::jsonb)
        as w("tenantId" uuid, subjects jsonb, everybody boolean)
    ), seen as (
      select r.*, w.subjects, w.everybody from wanted w
      cross join lateral (${newest} and tenant_id = w."tenantId" order by id desc limit ${scanMax}) r
      union all
      select r.*, w.subjects, w.everybody from wanted w
      cross join lateral (${newest} and tenant_id is null order by id desc limit ${scanMax}) r
      where w."tenantId" is null
    )
    select id from seen where (everybody or subjects ? created_by) and changed_at >= ${changedSince}
    order by id desc limit ${limit}`;
  return rows.map(({ id }) => id);
}

/** UUIDv7 begins with 48 bits of milliseconds: no id made at `at` or later is below this one. */
function lowestUuidAt(at: Date): string {
  const hex = at.getTime().toString(16).padStart(12, "0");
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
}
