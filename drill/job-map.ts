import { jobs as platformJobs } from "@deskpulse/jobs/catalog";
import { defineJob } from "@deskpulse/jobs/define-job";
import { z } from "zod";

const task = z.strictObject({
  token: z.string().max(100),
  workMs: z.int().min(0).max(30_000),
  /** Attempts that throw before one succeeds. */
  failures: z.int().min(0).max(2),
});

const common = {
  request: task,
  input: task,
  output: z.strictObject({ token: z.string() }),
  attempts: 3,
  backoffMs: () => 200,
  timeoutMs: 30_000,
  freshnessSeconds: 0,
  role: "agent",
} as const;

const effect = defineJob({
  ...common,
  name: "drill.effect",
  queue: "analytics",
  summary: "Writes one row as it ends.",
});
const plain = defineJob({ ...common, name: "drill.plain", queue: "operations", summary: "Gives back its token." });

export const drillJobs = { effect, plain } as const;

/** Takes the place of the catalog in the API and the workers under drill, which name the platform's own jobs as well. */
export const jobs = { ...platformJobs, ...drillJobs } as const;
