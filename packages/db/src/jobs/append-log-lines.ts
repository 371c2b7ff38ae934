import type { EngineTx } from "../transaction.ts";

export interface NewLogLine {
  readonly runId: string;
  readonly tenantId: string | null;
  readonly atMs: number;
  readonly line: string;
}

/**
 * Appends what processors logged, up to `linesPerRunMax` a run over all its attempts; lines of runs that are gone are
 * dropped. Indexes: primary keys of job_runs and job_run_log_lines.
 */
export async function appendLogLines(
  tx: EngineTx,
  lines: readonly NewLogLine[],
  linesPerRunMax: number,
): Promise<void> {
  await tx.sql`
    with said as (
      select l.*, row_number() over (partition by l."runId" order by l.place) as nth
      from rows from (json_to_recordset(${JSON.stringify(lines)}::json)
        as ("runId" uuid, "tenantId" uuid, "atMs" float8, line text)) with ordinality
        as l("runId", "tenantId", "atMs", line, place)
    ), kept as (
      select r.id, (select count(*) from job_run_log_lines k where k.run_id = r.id) as lines
      from job_runs r where r.id in (select "runId" from said)
    )
    insert into job_run_log_lines (run_id, tenant_id, at, line)
    select s."runId", s."tenantId", to_timestamp(s."atMs" / 1000), s.line
    from said s join kept on kept.id = s."runId"
    where kept.lines + s.nth <= ${linesPerRunMax}::bigint
    order by s.place`;
}
