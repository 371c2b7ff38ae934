import type { EngineTx } from "../transaction.ts";

/** Why a delivery could not be claimed: not due yet (then when, epoch ms), or nothing left to do for this delivery. */
export async function whyNotClaimed(tx: EngineTx, runId: string): Promise<{ dueAtMs: number } | "taken-or-ended"> {
  const [row] = await tx.sql<{ run_at: Date }[]>`
    select run_at from job_runs
    where id = ${runId} and finished_at is null and run_at > now() + interval '50 milliseconds'`;
  return row ? { dueAtMs: row.run_at.getTime() } : "taken-or-ended";
}
