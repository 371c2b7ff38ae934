import type { RunState } from "@deskpulse/domain/runs/run-state";
import type { EngineTx, TenantTx } from "../transaction.ts";

/**
 * Asks a run to stop: one that no live worker holds ends now, a running one gets the request. Returns its state after
 * that, or null when it had ended before. From then on nobody joins it: an equal request gets a run of its own. Index: primary key.
 */
export async function cancelRun(
  tx: EngineTx | TenantTx,
  cancel: { runId: string; lockMs: number; detail: string },
): Promise<RunState | null> {
  const problem = JSON.stringify({ code: "cancelled", detail: cancel.detail });
  const [row] = await tx.sql<{ state: RunState }[]>`
    update job_runs r
    set cancel_requested_at = coalesce(r.cancel_requested_at, now()),
      state = case when held.alive then r.state else 'cancelled' end,
      sharing_key = case when held.alive then null else r.sharing_key end,
      finished_at = case when held.alive then null else now() end,
      problem = case when held.alive then null else ${problem}::jsonb end
    from (
      select j.id, j.claimed_by is not null and worker_lives(j.claimed_by, ${cancel.lockMs}::float8) as alive
      from job_runs j where j.id = ${cancel.runId}
      for update
    ) held
    where r.id = held.id and r.finished_at is null
    returning r.state`;
  return row?.state ?? null;
}
