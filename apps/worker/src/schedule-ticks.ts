import { jobs } from "@deskpulse/jobs/catalog";
import type { RunLog, RunService } from "@deskpulse/runs/run-service";
import { startShared } from "@deskpulse/runs/start-shared";
import { schedule } from "node-cron";

/** Every worker ticks; the sharing key makes one run of it, and a second run would find nothing left to do. */
export function startTicks(runs: RunService, log: RunLog): { stop(): Promise<void> } {
  const daily = schedule(
    "17 3 * * *",
    async () => {
      const { input, ...definition } = jobs.pruneRuns;
      const request = {
        definition: { ...definition, input },
        input: input.parse({}),
        tenantId: null,
        createdBy: "schedule",
      };
      await startShared(runs, request, 0).catch((error: unknown) =>
        log.error({ err: error }, "could not start the daily prune"),
      );
    },
    { timezone: "UTC", name: "prune-runs" },
  );
  return { stop: async () => void (await daily.destroy()) };
}
