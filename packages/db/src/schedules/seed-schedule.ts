import type { CatchUpPolicy, OverlapPolicy } from "@deskpulse/domain/schedules/schedule";
import type { EngineTx } from "../transaction.ts";

export interface BuiltInSchedule {
  readonly id: string;
  readonly job: string;
  readonly name: string;
  readonly input: unknown;
  readonly cron: string;
  readonly timezone: string;
  readonly catchUp: CatchUpPolicy;
  readonly overlap: OverlapPolicy;
  readonly nextAtMs: number;
}

/**
 * Makes the schedule that comes with a job, or brings it to what its definition says now; one that says the same is left
 * alone, with its next time. Whether it is enabled is the operator's. Index: schedules_built_in.
 */
export async function seedSchedule(tx: EngineTx, seed: BuiltInSchedule): Promise<void> {
  await tx.sql`
    insert into schedules as s (id, name, job, input, cron, timezone, catch_up, overlap, built_in, next_at, created_by)
    values (${seed.id}, ${seed.name}, ${seed.job}, ${JSON.stringify(seed.input)}::text::jsonb, ${seed.cron}, ${seed.timezone},
      ${seed.catchUp}, ${seed.overlap}, true, ${new Date(seed.nextAtMs)}, 'schedule')
    on conflict (job) where built_in do update
    set name = excluded.name, input = excluded.input, cron = excluded.cron, timezone = excluded.timezone,
      catch_up = excluded.catch_up, overlap = excluded.overlap, changed_at = now(),
      next_at = case when s.enabled then excluded.next_at end
    where (s.name, s.input, s.cron, s.timezone, s.catch_up, s.overlap)
      is distinct from (excluded.name, excluded.input, excluded.cron, excluded.timezone, excluded.catch_up, excluded.overlap)`;
}
