import type { EngineTx } from "../transaction.ts";

export interface NewLogLine {
  readonly runId: string;
  readonly tenantId: string | null;
  readonly atMs: number;
  readonly line: string;
}

/** Appends what processors logged; lines of runs that are gone are dropped. Index: job_runs primary key. */
export async function appendLogLines(tx: EngineTx, lines: readonly NewLogLine[]): Promise<void> {
  await tx.sql`
    insert into job_run_log_lines (run_id, tenant_id, at, line)
    select l."runId", l."tenantId", to_timestamp(l."atMs" / 1000), l.line
    from json_to_recordset(${JSON.stringify(lines)}::json) as l("runId" uuid, "tenantId" uuid, "atMs" float8, line text)
    where exists (select from job_runs r where r.id = l."runId")`;
}
