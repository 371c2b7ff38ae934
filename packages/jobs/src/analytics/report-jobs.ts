import { reportInput } from "@deskpulse/domain/analytics/report-request";
import { jobs } from "../catalog.ts";
import type { JobDefinition } from "../define-job.ts";

/** By name, the jobs that compute a report: those that take a report's input. */
export const reportJobs: ReadonlyMap<string, JobDefinition> = new Map(
  Object.values<JobDefinition>(jobs)
    .filter(({ input }) => input === reportInput)
    .map((definition) => [definition.name, definition]),
);
