import { reportInput, reportRequest } from "@deskpulse/domain/analytics/report-request";
import { canonicalJson } from "@deskpulse/domain/json";
import { exponentialBackoff } from "../define-job.ts";

/** What every report's job has in common: the same request, retries and freshness; equal requests share one run. */
export const reportPolicy = {
  queue: "analytics",
  request: reportRequest,
  input: reportInput,
  attempts: 3,
  backoffMs: exponentialBackoff(1_000, 30_000),
  timeoutMs: 60_000,
  sharingKey: canonicalJson,
  freshnessSeconds: 60,
} as const;
