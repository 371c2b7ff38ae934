import { z } from "zod";
import { defineJob, exponentialBackoff } from "../define-job.ts";

const input = z.strictObject({ actionId: z.uuid().toLowerCase() });

export const undoAction = defineJob({
  name: "performance.undo-action",
  queue: "operations",
  summary: "Takes back an applied action of an optimisation: drops the index it built, or builds the one it dropped.",
  request: input,
  input,
  output: z.strictObject({ actionId: z.uuid(), sql: z.string() }),
  attempts: 5,
  backoffMs: exponentialBackoff(5_000, 300_000),
  timeoutMs: 4 * 3_600_000,
  sharingKey: ({ actionId }) => actionId,
  freshnessSeconds: 0,
  role: "operator",
});
