import type { Run } from "@deskpulse/domain/runs/run";
import type { TenantTx } from "../transaction.ts";
import { type RunRow, runColumns, toRun } from "./run-columns.ts";

/**
 * Which run of the tenant answers this sharing key: a completed one that finished at most `maxAgeSeconds` ago, else the
 * unfinished one. Null when there is neither. Indexes: job_runs_stored_result, job_runs_shared.
 */
export async function findSharedRun(tx: TenantTx, sharingKey: string, maxAgeSeconds: number): Promise<Run | null> {
  const stored = await tx.sql<RunRow[]>`
    select ${tx.sql.unsafe(runColumns)} from job_runs r
    where tenant_id = ${tx.tenantId} and sharing_key = ${sharingKey} and finished_at is not null
      and finished_at > now() - ${maxAgeSeconds}::float8 * interval '1 second' and state = 'completed'
    order by finished_at desc limit 1`;
  const [row] = stored.length > 0 ? stored : await unfinished(tx, sharingKey);
  return row ? toRun(row) : null;
}

const unfinished = (tx: TenantTx, sharingKey: string) => tx.sql<RunRow[]>`
  select ${tx.sql.unsafe(runColumns)} from job_runs r
  where tenant_id = ${tx.tenantId} and sharing_key = ${sharingKey} and finished_at is null`;
