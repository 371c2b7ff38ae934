import { sourceKey } from "@deskpulse/domain/ingest/text";
import { z } from "zod";
import { defineJob, exponentialBackoff } from "../define-job.ts";

const input = z.strictObject({
  /** The customer's key as events give it. */
  customer: sourceKey,
});

export const eraseCustomer = defineJob({
  name: "tenants.erase-customer",
  queue: "operations",
  summary:
    "Erases a customer's personal data: the name, what was said in their conversations, their comments, and copies of these. Figures stay as they are.",
  request: input,
  input,
  output: z.strictObject({
    conversations: z.int(),
    /** Messages that had a text. */
    messages: z.int(),
    comments: z.int(),
  }),
  attempts: 8,
  backoffMs: exponentialBackoff(2_000, 120_000),
  timeoutMs: 3_600_000,
  freshnessSeconds: 0,
  role: "admin",
});
