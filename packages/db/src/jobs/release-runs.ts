import type { EngineTx } from "../transaction.ts";
import { uuidArray } from "./uuid-array.ts";

/**
 * Gives up claims without a result, for other workers to take at once; such a start is forgiven. Returns the ids that
 * were still held by `workerId`. Index: primary key; a HOT update.
 */
export async function releaseRuns(tx: EngineTx, workerId: string, runIds: readonly string[]): Promise<string[]> {
  const rows = await tx.sql<{ id: string }[]>`
    update job_runs set state = 'queued', claimed_by = null, starts_forgiven = starts_forgiven + 1, progress = null
    where id = any ((select ${uuidArray(runIds)}::text::uuid[])::uuid[]) and claimed_by = ${workerId} and finished_at is null
    returning id`;
  return rows.map(({ id }) => id);
}
