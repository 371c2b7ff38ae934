import type { Schedule } from "@deskpulse/domain/schedules/schedule";
import type { EngineTx } from "../transaction.ts";
import type { ScheduleClaim } from "./claim-due-schedules.ts";
import { type ScheduleRow, scheduleColumns, toSchedule } from "./schedule-columns.ts";

export interface QueuedSlot {
  readonly schedule: Schedule;
  readonly tenantZone: string | null;
  readonly slotAtMs: number;
}

/**
 * The oldest waiting slot of each enabled schedule whose former runs have ended, with the schedule locked; none when
 * nothing waits. Who started one meanwhile is seen only when the slot is settled. Indexes: schedule_runs_queued, primary keys.
 */
export async function claimQueuedSlots(tx: EngineTx, claim: ScheduleClaim): Promise<QueuedSlot[]> {
  const rows = await tx.sql<(ScheduleRow & { tenant_zone: string | null; slot_at: Date })[]>`
    select ${tx.sql.unsafe(scheduleColumns)}, t.timezone as tenant_zone, q.slot_at
    from (
      select schedule_id, min(slot_at) as slot_at from schedule_runs where outcome = 'queued' group by schedule_id
    ) q
    join schedules s on s.id = q.schedule_id left join tenants t on t.id = s.tenant_id
    where s.enabled and s.job = any (array(select json_array_elements_text(${JSON.stringify(claim.jobs)}::text::json)))
      ${claim.id === undefined ? tx.sql`` : tx.sql`and s.id = ${claim.id}`}
      and not exists (
        select from (
          select run_id from schedule_runs
          where schedule_id = s.id and run_id is not null order by slot_at desc limit 20
        ) p join job_runs r on r.id = p.run_id and r.finished_at is null)
    order by q.slot_at limit ${claim.limit}
    for update of s skip locked`;
  return rows.map((row) => ({
    schedule: toSchedule(row),
    tenantZone: row.tenant_zone,
    slotAtMs: row.slot_at.getTime(),
  }));
}
