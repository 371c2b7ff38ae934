import type { CatchUpPolicy, OverlapPolicy, Schedule } from "@deskpulse/domain/schedules/schedule";

/** `select` list for a row that `toSchedule` understands. The alias of schedules is `s`. */
export const scheduleColumns = `
  s.id, s.tenant_id, s.name, s.job, s.input, s.cron, s.timezone, s.catch_up, s.overlap, s.priority, s.enabled, s.built_in,
  s.created_by, s.created_at, s.changed_at, s.next_at`;

export interface ScheduleRow {
  readonly id: string;
  readonly tenant_id: string | null;
  readonly name: string;
  readonly job: string;
  readonly input: unknown;
  readonly cron: string;
  readonly timezone: string;
  readonly catch_up: CatchUpPolicy;
  readonly overlap: OverlapPolicy;
  readonly priority: number;
  readonly enabled: boolean;
  readonly built_in: boolean;
  readonly created_by: string;
  readonly created_at: Date;
  readonly changed_at: Date;
  readonly next_at: Date | null;
}

export const toSchedule = (row: ScheduleRow): Schedule => ({
  id: row.id,
  tenantId: row.tenant_id,
  name: row.name,
  job: row.job,
  input: row.input,
  cron: row.cron,
  timezone: row.timezone,
  catchUp: row.catch_up,
  overlap: row.overlap,
  priority: row.priority,
  enabled: row.enabled,
  builtIn: row.built_in,
  createdBy: row.created_by,
  createdAtMs: row.created_at.getTime(),
  changedAtMs: row.changed_at.getTime(),
  nextAtMs: row.next_at?.getTime() ?? null,
});
