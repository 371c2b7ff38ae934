import type { Run } from "@deskpulse/domain/runs/run";
import type { EngineTx, TenantTx } from "../transaction.ts";
import { type RunRow, runColumns, toRun } from "./run-columns.ts";

/**
 * Which run of the tenant (null: of operators) answers this sharing key: a completed one that finished at most
 * `maxAgeSeconds` ago, else the unfinished one. Null when there is neither. Indexes: job_runs_stored_result,
 * job_runs_shared.
 */
export async function findSharedRun(
  tx: EngineTx | TenantTx,
  search: { tenantId: string | null; sharingKey: string; maxAgeSeconds: number },
): Promise<Run | null> {
  const { sql } = tx;
  const owned = search.tenantId === null ? sql`r.tenant_id is null` : sql`r.tenant_id = ${search.tenantId}`;
  const select = sql`select ${sql.unsafe(runColumns)} from job_runs r where ${owned} and r.sharing_key = ${search.sharingKey}`;
  // One statement, one snapshot: a run that ends between two looks would be missed by both.
  const [row] = await sql<RunRow[]>`
    (${select} and r.finished_at is not null
      and r.finished_at > now() - ${search.maxAgeSeconds}::float8 * interval '1 second' and r.state = 'completed'
      order by r.finished_at desc limit 1)
    union all
    (${select} and r.finished_at is null)
    limit 1`;
  return row ? toRun(row) : null;
}

/**
 * The unfinished runs that hold these sharing keys of the tenant (null: of operators), by key; none when there are
 * none. Index: job_runs_shared.
 */
export async function findSharedRuns(
  tx: EngineTx | TenantTx,
  search: { tenantId: string | null; sharingKeys: readonly string[] },
): Promise<ReadonlyMap<string, Run>> {
  const { sql } = tx;
  const owned = search.tenantId === null ? sql`r.tenant_id is null` : sql`r.tenant_id = ${search.tenantId}`;
  const keys = JSON.stringify(search.sharingKeys);
  const rows = await sql<(RunRow & { sharing_key: string })[]>`
    select ${sql.unsafe(runColumns)}, r.sharing_key from job_runs r
    where ${owned} and r.finished_at is null
      and r.sharing_key = any (array(select json_array_elements_text(${keys}::text::json)))`;
  return new Map(rows.map((row) => [row.sharing_key, toRun(row)]));
}
