import { defineJob } from "@deskpulse/jobs/define-job";
import type { Processors } from "@deskpulse/runs/worker/processor";
import { UnrecoverableError } from "@deskpulse/runs/worker/processor";
import { z } from "zod";

const text = z.strictObject({ text: z.string().max(2_000) });
const policy = {
  queue: "analytics",
  summary: "For tests only.",
  attempts: 2,
  backoffMs: () => 20,
  timeoutMs: 30_000,
  freshnessSeconds: 0,
} as const;
const plain = { ...policy, request: text, input: text, output: z.unknown() } as const;

/** A catalog with one job for each way in which the API treats jobs. */
export const exampleJobs = {
  /** Nothing to look up and nothing beside the run: its INSERT is shared with others. */
  echo: defineJob({ ...plain, name: "test.echo", role: "agent" }),
  supervised: defineJob({ ...plain, name: "test.supervised", role: "supervisor" }),
  administered: defineJob({ ...plain, name: "test.administered", role: "admin" }),
  platform: defineJob({ ...plain, name: "test.platform", role: "operator" }),
  /** Equal requests share one unfinished run. */
  shared: defineJob({ ...plain, name: "test.shared", role: "agent", sharingKey: (input) => input.text }),
  /** Completed with what the tenant has set. */
  zoned: defineJob({
    ...policy,
    name: "test.zoned",
    role: "agent",
    request: z.strictObject({ text: z.string().max(2_000) }),
    input: z.strictObject({ text: z.string(), timezone: z.string() }),
    output: z.unknown(),
    prepare: (request, { timezone }) => ({ ...request, timezone }),
  }),
  failing: defineJob({ ...plain, name: "test.failing", role: "agent" }),
  hopeless: defineJob({ ...plain, name: "test.hopeless", role: "agent" }),
  /** Its next attempt lies an hour ahead. */
  postponed: defineJob({ ...plain, name: "test.postponed", role: "agent", attempts: 3, backoffMs: () => 3_600_000 }),
  /** Its result is too large for an event. */
  large: defineJob({ ...plain, name: "test.large", role: "agent" }),
  /** Runs until it is cancelled. */
  endless: defineJob({ ...plain, name: "test.endless", role: "agent" }),
};
export type ExampleJobs = typeof exampleJobs;

export const exampleProcessors: Processors<ExampleJobs> = {
  echo: async ({ input }) => input,
  supervised: async ({ input }) => input,
  administered: async ({ input }) => input,
  platform: async ({ input }) => input,
  shared: async ({ input }) => input,
  zoned: async ({ input }) => input,
  failing: async ({ input, ctx }) => {
    ctx.log(`attempt ${ctx.attempt} of ${input.text}`);
    throw new Error(`cannot do ${input.text} at attempt ${ctx.attempt}`);
  },
  hopeless: async ({ input }) => {
    throw new UnrecoverableError(`never: ${input.text}`);
  },
  postponed: async ({ ctx }) => {
    if (ctx.attempt === 1) throw new Error("not yet");
    return "now";
  },
  large: async ({ input }) => input.text.repeat(100_000),
  endless: ({ ctx }) => {
    ctx.progress(0.5, "half of it");
    return new Promise((_, reject) => ctx.signal.addEventListener("abort", () => reject(ctx.signal.reason)));
  },
};
