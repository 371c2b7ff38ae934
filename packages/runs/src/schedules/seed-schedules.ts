import type { Database } from "@deskpulse/db/connect";
import { seedSchedule } from "@deskpulse/db/schedules/seed-schedule";
import { asEngine } from "@deskpulse/db/transaction";
import type { JobDefinition } from "@deskpulse/jobs/define-job";
import { v7 as uuidv7 } from "uuid";
import { Slots } from "./slots.ts";

/**
 * Puts the schedules that come with job definitions among all others, once, however many processes do it. Throws for a
 * definition that says one that never comes, or for a job that needs a tenant.
 */
export async function seedSchedules(database: Database, jobs: Iterable<JobDefinition>): Promise<void> {
  for (const { name: job, schedule, role } of jobs) {
    if (schedule === undefined) continue;
    const nextAtMs = Slots.read(schedule.cron, schedule.timezone)?.after(Date.now()) ?? null;
    if (nextAtMs === null || role !== "operator") throw new Error(`the schedule of ${job} cannot be kept`);
    await asEngine(database, (tx) => seedSchedule(tx, { ...schedule, id: uuidv7(), job, name: job, nextAtMs }));
  }
}
