import type { EngineTx } from "../transaction.ts";
import { uuidArray } from "./uuid-array.ts";

export interface HeldRun {
  readonly id: string;
  readonly starts: number;
  readonly cancelRequested: boolean;
}

/** Which of these runs does this worker still hold, and is any asked to stop? Index: primary key. */
export async function heldRuns(tx: EngineTx, workerId: string, runIds: readonly string[]): Promise<HeldRun[]> {
  return await tx.sql<HeldRun[]>`
    select id, starts, cancel_requested_at is not null as "cancelRequested" from job_runs
    where id = any ((select ${uuidArray(runIds)}::text::uuid[])::uuid[]) and claimed_by = ${workerId} and finished_at is null`;
}
