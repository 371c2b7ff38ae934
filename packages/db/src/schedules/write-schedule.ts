import type { Schedule } from "@deskpulse/domain/schedules/schedule";
import type { EngineTx, TenantTx } from "../transaction.ts";
import { type ScheduleRow, scheduleColumns, toSchedule } from "./schedule-columns.ts";

export type NewSchedule = Omit<Schedule, "createdAtMs" | "changedAtMs" | "builtIn">;

const instantOf = (ms: number | null): Date | null => (ms === null ? null : new Date(ms));

/**
 * Stores a schedule. Null when its tenant (null: the platform) has `schedulesMax` already; whoever adds one meanwhile
 * waits. Index: schedules_tenant for the count.
 */
export async function insertSchedule(
  tx: TenantTx | EngineTx,
  schedule: NewSchedule,
  schedulesMax: number,
): Promise<Schedule | null> {
  const { sql } = tx;
  const { tenantId } = schedule;
  await sql`select pg_advisory_xact_lock(hashtext(${`schedules of ${tenantId ?? "the platform"}`}))`;
  const owned = tenantId === null ? sql`tenant_id is null` : sql`tenant_id = ${tenantId}`;
  const [row] = await sql<ScheduleRow[]>`
    insert into schedules as s (id, tenant_id, name, job, input, cron, timezone, catch_up, overlap, priority, enabled,
      next_at, created_by)
    select ${schedule.id}::uuid, ${tenantId}::uuid, ${schedule.name}, ${schedule.job},
      ${JSON.stringify(schedule.input)}::text::jsonb, ${schedule.cron}, ${schedule.timezone}, ${schedule.catchUp},
      ${schedule.overlap}, ${schedule.priority}::smallint, ${schedule.enabled}::boolean,
      ${instantOf(schedule.nextAtMs)}::timestamptz, ${schedule.createdBy}
    where (select count(*) from schedules where ${owned} and not built_in) < ${schedulesMax}::bigint
    returning ${sql.unsafe(scheduleColumns)}`;
  return row ? toSchedule(row) : null;
}

/** Writes what may change of a schedule. Null when it is gone. Index: primary key. */
export async function updateSchedule(tx: TenantTx | EngineTx, schedule: Schedule): Promise<Schedule | null> {
  const [row] = await tx.sql<ScheduleRow[]>`
    update schedules s set name = ${schedule.name}, input = ${JSON.stringify(schedule.input)}::text::jsonb,
      cron = ${schedule.cron}, timezone = ${schedule.timezone}, catch_up = ${schedule.catchUp},
      overlap = ${schedule.overlap}, priority = ${schedule.priority}, enabled = ${schedule.enabled},
      next_at = ${instantOf(schedule.nextAtMs)}, changed_at = now()
    where id = ${schedule.id} returning ${tx.sql.unsafe(scheduleColumns)}`;
  return row ? toSchedule(row) : null;
}

/** Takes a schedule away, with its slots; its runs stay. Index: primary key. */
export async function deleteSchedule(tx: TenantTx | EngineTx, id: string): Promise<void> {
  await tx.sql`delete from schedules where id = ${id}`;
}
