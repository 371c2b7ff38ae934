import { defineJob } from "@deskpulse/jobs/define-job";
import { z } from "zod";

const note = z.strictObject({
  conversation: z.string().min(1).max(64),
  subject: z.string().max(200),
  priority: z.enum(["low", "normal", "high"]),
  amount: z.int().min(0),
});

const common = {
  queue: "operations",
  request: note,
  input: note,
  output: z.null(),
  attempts: 3,
  backoffMs: () => 1_000,
  timeoutMs: 30_000,
  freshnessSeconds: 0,
  role: "agent",
} as const;

const bareNote = defineJob({ ...common, name: "bench.note", summary: "Does nothing." });
const noteWithRow = defineJob({ ...common, name: "bench.note-with-row", summary: "Writes one row of its tenant." });

/** The job map of the benches; takes the place of the platform's in the API under test. */
export const jobs = { bareNote, noteWithRow } as const;
export type BenchJobs = typeof jobs;

/** The request body of every bench, about 180 bytes, for both sides. */
export const requestBody = {
  job: "bench.note",
  input: {
    conversation: "0197c1d2-8a44-7c1e-9d3b-5f6a7b8c9d0e",
    subject: "Invoice 20417 was charged twice, please look into it",
    priority: "normal",
    amount: 20417,
  },
} as const;
