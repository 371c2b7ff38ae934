import { z } from "zod";
import { defineJob, exponentialBackoff } from "../define-job.ts";

const input = z.strictObject({
  /** The events as they were received. */
  batchId: z.uuid().toLowerCase(),
});

/** Rejected events that a result shows; all are counted. */
export const rejectionsShownMax = 100;

export const ingestEvents = defineJob({
  name: "ingest.events",
  queue: "ingest",
  summary: "Takes received events in: each once, folded by event time into conversations, messages and measurements.",
  request: input,
  input,
  output: z.strictObject({
    /** New events. */
    accepted: z.int(),
    /** Events whose id its source had sent before. */
    duplicate: z.int(),
    rejected: z.int(),
    /** The first of the rejected ones. */
    rejections: z
      .array(
        z.strictObject({
          /** Line of NDJSON, or place in the array; the first is 1. */
          line: z.int(),
          /** JSON pointer into the event; "" is all of it. */
          pointer: z.string(),
          reason: z.string(),
        }),
      )
      .max(rejectionsShownMax),
  }),
  attempts: 8,
  backoffMs: exponentialBackoff(1_000, 120_000),
  timeoutMs: 600_000,
  freshnessSeconds: 0,
  role: "admin",
});
