import { jobs } from "@deskpulse/jobs/catalog";
import type { JobDefinition } from "@deskpulse/jobs/define-job";
import type { RunLog, RunService } from "@deskpulse/runs/run-service";
import { fireSchedules } from "@deskpulse/runs/schedules/fire-schedules";
import { seedSchedules } from "@deskpulse/runs/schedules/seed-schedules";
import { schedule } from "node-cron";

/** Rounds that one tick makes when more is due than one transaction takes. */
const roundsMax = 20;

/** Every worker ticks each second; Postgres decides what is due and who fires it. */
export function startTicks(runs: RunService, log: RunLog): { stop(): Promise<void> } {
  const known = new Map<string, JobDefinition>(Object.values(jobs).map((definition) => [definition.name, definition]));
  let seeded = false;
  let firing: Promise<void> | undefined;

  async function fire(): Promise<void> {
    try {
      if (!seeded) await seedSchedules(runs.database, known.values());
      seeded = true;
      for (let round = 0, more = true; more && round < roundsMax; round++) more = await fireSchedules(runs, known);
    } catch (error) {
      log.warn({ err: error }, "could not fire schedules; the next tick does");
    }
  }

  const everySecond = schedule(
    "* * * * * *",
    () => {
      // a tick that takes longer than a second stands for those that it outlasts
      firing ??= fire().finally(() => {
        firing = undefined;
      });
    },
    { timezone: "UTC", name: "schedules" },
  );
  return {
    async stop() {
      await everySecond.destroy();
      await firing;
    },
  };
}
