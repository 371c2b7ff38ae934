import { z } from "zod";
import { defineJob, exponentialBackoff } from "../define-job.ts";

export const warmupSecondsMax = 600;

const input = z.strictObject({
  /** No report is started after this. */
  budgetSeconds: z.int().min(1).max(warmupSecondsMax).default(60),
  /** Reports looked at, those asked for most first. */
  limit: z.int().min(1).max(1_000).default(50),
});

/** 0..1; null when nothing was asked. */
const rate = z.number().min(0).max(1).nullable();

const output = z.strictObject({
  /** Requests looked at: warmed + skipped + failed + notReached. */
  demanded: z.int(),
  warmed: z.int(),
  /** A fresh result was in the cache already. */
  skipped: z.int(),
  failed: z.int(),
  /** The budget was spent before their turn or their end. */
  notReached: z.int(),
  failures: z.array(z.strictObject({ job: z.string(), reason: z.string() })).max(20),
  /** Taken in the cache by what was warmed. */
  bytes: z.int(),
  seconds: z.number(),
  /** Of the requests of the last hour, as counted when they came. */
  hitRateBefore: rate,
  /** The demanded requests replayed against the cache before and after the work, each weighted by how often it was asked. */
  hitRateReplayedBefore: rate,
  hitRateAfter: rate,
});

export const cacheWarmup = defineJob({
  name: "performance.cache-warmup",
  queue: "operations",
  summary: "Computes and caches the reports that were asked for most in the last day, within a time budget.",
  request: input,
  input,
  output,
  attempts: 2,
  backoffMs: exponentialBackoff(2_000, 30_000),
  timeoutMs: (warmupSecondsMax + 60) * 1_000,
  // one at a time, whatever its budget: two would compute the same
  sharingKey: () => "warmup",
  freshnessSeconds: 0,
  role: "admin",
});
