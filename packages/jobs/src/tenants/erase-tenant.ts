import { z } from "zod";
import { defineJob, exponentialBackoff } from "../define-job.ts";

const input = z.strictObject({
  tenantId: z.uuid().toLowerCase(),
  /** Its name as well, so that a slip of the hand erases nobody. */
  name: z.string().min(1).max(200),
});

export const eraseTenant = defineJob({
  name: "tenants.erase",
  queue: "operations",
  summary:
    "Erases a tenant for good: access ends first, then all that it has is deleted, and the users who belonged to it alone.",
  request: input,
  input,
  output: z.strictObject({
    /** Rows of conversations, messages, events and what was measured of them. */
    rowsDeleted: z.int(),
    usersDeleted: z.int(),
  }),
  attempts: 8,
  backoffMs: exponentialBackoff(5_000, 300_000),
  timeoutMs: 3_600_000,
  sharingKey: ({ tenantId }) => tenantId,
  freshnessSeconds: 0,
  role: "operator",
});
