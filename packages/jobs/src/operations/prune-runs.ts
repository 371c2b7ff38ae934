import { z } from "zod";
import { defineJob, exponentialBackoff } from "../define-job.ts";

const input = z.strictObject({
  /** Finished runs older than this go, with their log lines. */
  keepDays: z.int().min(1).max(3650).default(30),
});

export const pruneRuns = defineJob({
  name: "operations.prune-runs",
  queue: "operations",
  summary:
    "Deletes finished runs, their log lines, slots of schedules, received events, idempotency keys and ended tokens past their keep.",
  request: input,
  input,
  output: z.strictObject({
    runsDeleted: z.int(),
    idempotencyKeysDeleted: z.int(),
    slotsDeleted: z.int(),
    workersDeleted: z.int(),
    tokensDeleted: z.int(),
    ingestBatchesDeleted: z.int(),
  }),
  attempts: 5,
  backoffMs: exponentialBackoff(5_000, 300_000),
  timeoutMs: 600_000,
  sharingKey: ({ keepDays }) => `keep-${keepDays}`,
  freshnessSeconds: 0,
  schedule: { cron: "17 3 * * *", timezone: "UTC", input: {}, catchUp: "latest", overlap: "skip" },
  role: "operator",
});
