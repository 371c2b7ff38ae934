import type { Run } from "@deskpulse/domain/runs/run";
import type { EngineTx } from "../transaction.ts";
import { type RunRow, runColumns, toRun } from "./run-columns.ts";

/** Which result did this run end with, and which requests does it answer? Null unless it completed. Index: primary key. */
export async function readSharedResult(
  tx: EngineTx,
  runId: string,
): Promise<{ readonly run: Run; readonly sharingKey: string | null } | null> {
  const { sql } = tx;
  const [row] = await sql<(RunRow & { sharing_key: string | null })[]>`
    select ${sql.unsafe(runColumns)}, r.sharing_key from job_runs r where r.id = ${runId} and r.state = 'completed'`;
  return row ? { run: toRun(row), sharingKey: row.sharing_key } : null;
}
