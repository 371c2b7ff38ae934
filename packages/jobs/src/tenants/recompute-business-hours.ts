import { z } from "zod";
import { defineJob, exponentialBackoff } from "../define-job.ts";

const input = z.strictObject({
  /** Null: every inbox of the tenant. */
  inboxId: z.int().positive().nullable().default(null),
});

/** Not shared: a run under way may have passed measurements by hours that have changed since. */
export const recomputeBusinessHours = defineJob({
  name: "tenants.recompute-business-hours",
  queue: "operations",
  summary: "Measures anew how much of each measurement lies in working hours, after these or their zone have changed.",
  request: input,
  input,
  output: z.strictObject({ measurementsChanged: z.int() }),
  attempts: 5,
  backoffMs: exponentialBackoff(2_000, 60_000),
  timeoutMs: 3_600_000,
  freshnessSeconds: 0,
  role: "admin",
});
