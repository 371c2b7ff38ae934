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
  const owned = search.tenantId === null ? sql`tenant_id is null` : sql`tenant_id = ${search.tenantId}`;
  const select = sql`select ${sql.unsafe(runColumns)} from job_runs r where ${owned} and sharing_key = ${search.sharingKey}`;
  if (search.maxAgeSeconds > 0) {
    const [stored] = await sql<RunRow[]>`${select} and finished_at is not null
      and finished_at > now() - ${search.maxAgeSeconds}::float8 * interval '1 second' and state = 'completed'
      order by finished_at desc limit 1`;
    if (stored) return toRun(stored);
  }
  const [unfinished] = await sql<RunRow[]>`${select} and finished_at is null`;
  return unfinished ? toRun(unfinished) : null;
}
