import type { EngineTx, TenantTx } from "../transaction.ts";

export interface LogLine {
  readonly atMs: number;
  readonly line: string;
}

/** The newest `limit` log lines of a run, oldest first; none when it logged nothing. Index: primary key. */
export async function readLogLines(tx: EngineTx | TenantTx, runId: string, limit: number): Promise<LogLine[]> {
  const rows = await tx.sql<{ at: Date; line: string }[]>`
    select at, line from job_run_log_lines where run_id = ${runId} order by id desc limit ${limit}`;
  return rows.map(({ at, line }) => ({ atMs: at.getTime(), line })).reverse();
}
