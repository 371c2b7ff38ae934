import type { RunState } from "@deskpulse/domain/runs/run-state";
import type { Schedule, ScheduleSlot, SlotOutcome } from "@deskpulse/domain/schedules/schedule";
import type { EngineTx, TenantTx } from "../transaction.ts";
import { type ScheduleRow, scheduleColumns, toSchedule } from "./schedule-columns.ts";

/** One schedule; null when there is none that the transaction may see. `lock`: nobody fires or changes it meanwhile. */
export async function readSchedule(tx: TenantTx | EngineTx, id: string, lock = false): Promise<Schedule | null> {
  const { sql } = tx;
  const [row] = await sql<ScheduleRow[]>`
    select ${sql.unsafe(scheduleColumns)} from schedules s where s.id = ${id} ${lock ? sql`for update` : sql``}`;
  return row ? toSchedule(row) : null;
}

/** Schedules of a tenant (null: of the platform), newest first; none for an empty one. Index: schedules_tenant. */
export async function listSchedules(
  tx: TenantTx | EngineTx,
  page: { tenantId: string | null; beforeId: string | undefined; limit: number },
): Promise<Schedule[]> {
  const { sql } = tx;
  const rows = await sql<ScheduleRow[]>`
    select ${sql.unsafe(scheduleColumns)} from schedules s
    where ${page.tenantId === null ? sql`s.tenant_id is null` : sql`s.tenant_id = ${page.tenantId}`}
      ${page.beforeId === undefined ? sql`` : sql`and s.id < ${page.beforeId}`}
    order by s.id desc limit ${page.limit}`;
  return rows.map(toSchedule);
}

/** What became of a schedule's slots, newest first; none before its first. Index: primary key of schedule_runs. */
export async function readSlots(tx: TenantTx | EngineTx, scheduleId: string, limit: number): Promise<ScheduleSlot[]> {
  const rows = await tx.sql<
    {
      slot_at: Date;
      outcome: SlotOutcome;
      run_id: string | null;
      state: RunState | null;
      detail: string | null;
      requested_by: string | null;
    }[]
  >`
    select p.slot_at, p.outcome, p.run_id, r.state, p.detail, p.requested_by
    from schedule_runs p left join job_runs r on r.id = p.run_id
    where p.schedule_id = ${scheduleId} order by p.slot_at desc limit ${limit}`;
  return rows.map((row) => ({
    slotAtMs: row.slot_at.getTime(),
    outcome: row.outcome,
    runId: row.run_id,
    runState: row.state,
    detail: row.detail,
    requestedBy: row.requested_by,
  }));
}
