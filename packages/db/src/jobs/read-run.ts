import type { Run } from "@deskpulse/domain/runs/run";
import type { EngineTx, TenantTx } from "../transaction.ts";
import { type RunRow, runColumns, toRun } from "./run-columns.ts";
import { uuidArray } from "./uuid-array.ts";

/** One run by id; null when there is none that this transaction may see. Index: primary key. */
export async function readRun(tx: EngineTx | TenantTx, id: string): Promise<Run | null> {
  const [row] = await tx.sql<RunRow[]>`select ${tx.sql.unsafe(runColumns)} from job_runs r where id = ${id}`;
  return row ? toRun(row) : null;
}

/** Those of these runs that have ended, for callers that wait for them. Index: primary key. */
export async function readEndedRuns(tx: EngineTx, ids: readonly string[]): Promise<Run[]> {
  const rows = await tx.sql<RunRow[]>`
    select ${tx.sql.unsafe(runColumns)} from job_runs r
    where id = any ((select ${uuidArray(ids)}::text::uuid[])::uuid[]) and finished_at is not null`;
  return rows.map(toRun);
}
