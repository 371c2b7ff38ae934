import type { RunError } from "@deskpulse/domain/runs/run";
import type { EngineTx } from "../transaction.ts";

/**
 * Puts a run whose attempt failed back in the queue, due `delayMs` from now. Returns when that is (epoch ms), or null
 * when the fence has moved on. Index: primary key; a HOT update.
 */
export async function requeueRun(
  tx: EngineTx,
  run: { id: string; starts: number; error: RunError; delayMs: number },
): Promise<number | null> {
  const [row] = await tx.sql<{ run_at: Date }[]>`
    update job_runs
    set state = 'queued', claimed_by = null, attempts = attempts + 1, errors = ${appended(tx, run.error)},
      run_at = now() + ${run.delayMs}::float8 * interval '1 millisecond', progress = null
    where id = ${run.id} and starts = ${run.starts} and finished_at is null and state = 'started'
    returning run_at`;
  return row?.run_at.getTime() ?? null;
}

/** Counts the last, fatal error of a run that is about to be ended; same fence, same index. */
export async function recordLastError(
  tx: EngineTx,
  run: { id: string; starts: number; error: RunError },
): Promise<void> {
  await tx.sql`
    update job_runs set attempts = attempts + 1,
      errors = ${appended(tx, run.error)}
    where id = ${run.id} and starts = ${run.starts} and finished_at is null and state = 'started'`;
}

/** Attempts are few, but a run may be retried by hand again and again: the newest 50 errors are kept. */
const appended = (tx: EngineTx, error: RunError) =>
  tx.sql`(case when jsonb_array_length(errors) >= 50 then errors - 0 else errors end) || ${JSON.stringify([error])}::jsonb`;
