import { canonicalJson } from "@deskpulse/domain/json";
import { actionStates, databaseFindingKinds } from "@deskpulse/domain/performance/finding";
import { z } from "zod";
import { defineJob, exponentialBackoff } from "../define-job.ts";

const hourMs = 3_600_000;

const limits = z
  .strictObject({
    /** Actions that one run executes at most. */
    actionsMax: z.int().min(1).max(100).default(20),
    /** No action is begun after this, and none runs longer than what is left. */
    secondsMax: z.int().min(1).max(10_800).default(1_800),
    /** Larger tables get no new index from here. */
    tableBytesMax: z
      .int()
      .min(0)
      .max(2 ** 50)
      .default(10 * 2 ** 30),
  })
  .prefault({});

const input = z.strictObject({
  /** plan: findings and planned actions, and nothing else changes. apply: the planned actions are executed too. */
  mode: z.enum(["plan", "apply"]).default("plan"),
  kinds: z.array(z.enum(databaseFindingKinds)).min(1).max(databaseFindingKinds.length).optional(),
  /** Only findings about these tables are planned and applied. */
  tables: z.array(z.string().min(1).max(127)).min(1).max(100).optional(),
  limits,
});

const output = z.strictObject({
  mode: input.shape.mode.unwrap(),
  /** Open findings of the tables and kinds that were asked for. */
  findings: z.int(),
  /** Actions that an earlier run left half done, and that were completed or cleaned away first. */
  repaired: z.int(),
  actions: z.array(
    z.strictObject({
      id: z.uuid(),
      subject: z.string(),
      state: z.enum(actionStates),
      sql: z.string(),
      /** What came of it in words; null for a plan. */
      note: z.string().nullable(),
    }),
  ),
  /** Planned actions that the limits left for another run. */
  left: z.int(),
  /** The schema holds more than was looked at. */
  truncated: z.boolean(),
});

export const optimizeDatabase = defineJob({
  name: "performance.optimize-database",
  queue: "operations",
  summary: "Looks for stale statistics, missing and superfluous indexes; plans what helps, or applies and measures it.",
  request: input,
  input,
  output,
  attempts: 5,
  backoffMs: exponentialBackoff(5_000, 300_000),
  timeoutMs: 4 * hourMs,
  // equal requests are one run; different ones take turns by a lock in Postgres
  sharingKey: canonicalJson,
  freshnessSeconds: 0,
  role: "operator",
});
