import type { Schedule } from "@deskpulse/domain/schedules/schedule";
import type { EngineTx } from "../transaction.ts";
import { type ScheduleRow, scheduleColumns, toSchedule } from "./schedule-columns.ts";

export interface DueSchedule extends Schedule {
  /** The tenant's zone, in which requests are completed; null for operators' own. */
  readonly tenantZone: string | null;
  /** Postgres' clock at the claim, which alone decides what is due. */
  readonly nowMs: number;
  readonly nextAtMs: number;
  /** The newest slot on record; null before the first. */
  readonly lastSlotMs: number | null;
}

export interface ScheduleClaim {
  /** Names of the jobs that the caller knows. */
  readonly jobs: readonly string[];
  readonly limit: number;
  /** This one alone; absent: any. */
  readonly id?: string;
}

/**
 * Schedules of known jobs that are due and that nobody else fires now, locked until the transaction ends; the longest due
 * first. Indexes: schedules_due; primary key of schedule_runs.
 */
export async function claimDueSchedules(tx: EngineTx, claim: ScheduleClaim): Promise<DueSchedule[]> {
  const rows = await tx.sql<
    (ScheduleRow & { next_at: Date; tenant_zone: string | null; now: Date; last_slot: Date | null })[]
  >`
    select ${tx.sql.unsafe(scheduleColumns)}, t.timezone as tenant_zone, now() as now,
      (select p.slot_at from schedule_runs p where p.schedule_id = s.id and p.requested_by is null
        order by p.slot_at desc limit 1) as last_slot
    from schedules s left join tenants t on t.id = s.tenant_id
    where s.next_at <= now() and s.job = any (array(select json_array_elements_text(${JSON.stringify(claim.jobs)}::text::json)))
      ${claim.id === undefined ? tx.sql`` : tx.sql`and s.id = ${claim.id}`}
    order by s.next_at limit ${claim.limit}
    for update of s skip locked`;
  return rows.map((row) => ({
    ...toSchedule(row),
    nextAtMs: row.next_at.getTime(),
    tenantZone: row.tenant_zone,
    nowMs: row.now.getTime(),
    lastSlotMs: row.last_slot?.getTime() ?? null,
  }));
}

/** Sets when schedules are due next; null: never again. Index: primary key. */
export async function setNextTimes(
  tx: EngineTx,
  next: readonly { readonly id: string; readonly nextAtMs: number | null }[],
): Promise<void> {
  await tx.sql`
    update schedules s set next_at = to_timestamp(n."nextAtMs" / 1000)
    from json_to_recordset(${JSON.stringify(next)}::text::json) as n(id uuid, "nextAtMs" float8) where s.id = n.id`;
}
