import type { EngineTx } from "../transaction.ts";

export interface FormerRun {
  readonly scheduleId: string;
  readonly runId: string;
  readonly tenantId: string | null;
  readonly createdBy: string;
  /** False: an equal run of somebody else stands for it. */
  readonly own: boolean;
}

/** Slots looked back at for runs that are not finished: a schedule that lets none overlap has one. */
const lookedBackAt = 20;

/** The unfinished runs of these schedules' newest slots. Indexes: primary keys of schedule_runs and job_runs. */
export async function formerRuns(tx: EngineTx, scheduleIds: readonly string[]): Promise<FormerRun[]> {
  return await tx.sql<FormerRun[]>`
    select p.schedule_id as "scheduleId", r.id as "runId", r.tenant_id as "tenantId", r.created_by as "createdBy",
      p.outcome = 'started' as own
    from json_array_elements_text(${JSON.stringify(scheduleIds)}::text::json) as given(id)
    cross join lateral (
      select schedule_id, run_id, outcome from schedule_runs
      where schedule_id = given.id::uuid and run_id is not null order by slot_at desc limit ${lookedBackAt}
    ) p
    join job_runs r on r.id = p.run_id and r.finished_at is null`;
}

/** How many slots of these schedules wait for the end of a former run, by schedule. Index: schedule_runs_queued. */
export async function countQueuedSlots(tx: EngineTx, scheduleIds: readonly string[]): Promise<Map<string, number>> {
  const rows = await tx.sql<{ id: string; queued: number }[]>`
    select schedule_id as id, count(*)::int as queued from schedule_runs
    where outcome = 'queued' and schedule_id = any (array(
      select json_array_elements_text(${JSON.stringify(scheduleIds)}::text::json)::uuid))
    group by schedule_id`;
  return new Map(rows.map(({ id, queued }) => [id, queued]));
}
