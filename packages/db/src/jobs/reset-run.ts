import type { EngineTx, TenantTx } from "../transaction.ts";
import type { UnclaimedRun } from "./unclaimed-runs.ts";

/**
 * Puts an ended run (failed or cancelled) back in the queue with all its attempts, under a new handover. Null when it
 * had not ended so. Fails with unique_violation (job_runs_shared) when an equal run is under way. Index: primary key.
 */
export async function resetRun(tx: EngineTx | TenantTx, runId: string): Promise<UnclaimedRun | null> {
  const [row] = await tx.sql<UnclaimedRun[]>`
    update job_runs
    set state = 'queued', finished_at = null, result = null, problem = null, progress = null, attempts = 0,
      starts_forgiven = starts, claimed_by = null, cancel_requested_at = null, run_at = now(), handover = handover + 1
    where id = ${runId} and state in ('failed', 'cancelled')
    returning id, tenant_id as "tenantId", job, queue, input, handover, priority`;
  return row ?? null;
}

/** Makes a waiting run due now, under a new handover. Null when it is not waiting. Index: primary key. */
export async function hastenRun(tx: EngineTx | TenantTx, runId: string): Promise<UnclaimedRun | null> {
  const [row] = await tx.sql<UnclaimedRun[]>`
    update job_runs set run_at = now(), handover = handover + 1
    where id = ${runId} and state = 'queued'
    returning id, tenant_id as "tenantId", job, queue, input, handover, priority`;
  return row ?? null;
}
