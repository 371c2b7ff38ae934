import { z } from "zod";
import { defineJob, exponentialBackoff } from "../define-job.ts";

const instant = z.iso.datetime({ offset: true });

/** Differences that a result shows; all are counted. */
export const differencesShownMax = 100;
/** Days of a tenant that one run compares at most. */
export const reconciledDaysMax = 366;

const input = z
  .strictObject({
    /** Only this tenant; default all. */
    tenantId: z.uuid().toLowerCase().nullable().default(null),
    /** The local days that this range touches; default a sample. */
    range: z
      .strictObject({ from: instant, to: instant })
      .refine(({ from, to }) => Date.parse(from) < Date.parse(to), "from must lie before to")
      .refine(
        ({ from, to }) => Date.parse(to) - Date.parse(from) <= (reconciledDaysMax - 2) * 86_400_000,
        `spans more than ${reconciledDaysMax - 2} days`,
      )
      .nullable()
      .default(null),
    /** Days of a sample, for each tenant; the last two are always among them. */
    sampleDays: z.int().min(1).max(reconciledDaysMax).default(7),
  })
  .describe("Rollups are held against the facts.");

export const reconcile = defineJob({
  name: "analytics.reconcile",
  queue: "analytics",
  summary:
    "Proves that rollups equal the facts: of a range, or nightly of a sample of each tenant's days. Days that differ become a finding and are rolled up anew.",
  request: input,
  input,
  output: z.strictObject({
    tenants: z.int(),
    daysCompared: z.int(),
    /** Days whose facts changed a moment ago: reports take them from the facts. */
    daysMarked: z.int(),
    /** Figures that differ. */
    differences: z.int(),
    shown: z
      .array(
        z.strictObject({
          tenantId: z.uuid(),
          zone: z.string(),
          rollup: z.enum(["quarters", "days", "durations", "agents"]),
          startsAt: z.iso.datetime(),
          /** Of whom, for agents. */
          userId: z.uuid().nullable(),
          metric: z.string(),
          rolledUp: z.number().nullable(),
          facts: z.number().nullable(),
        }),
      )
      .max(differencesShownMax),
  }),
  attempts: 3,
  backoffMs: exponentialBackoff(5_000, 300_000),
  timeoutMs: 1_800_000,
  sharingKey: (given) => JSON.stringify(given),
  freshnessSeconds: 0,
  schedule: { cron: "41 2 * * *", timezone: "UTC", input: {}, catchUp: "latest", overlap: "skip" },
  role: "operator",
});
