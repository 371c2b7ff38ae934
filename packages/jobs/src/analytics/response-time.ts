import { reportOf } from "@deskpulse/domain/analytics/report";
import { preparationFor, reportInput, reportRequest } from "@deskpulse/domain/analytics/report-request";
import { responseFigures, responseTotals } from "@deskpulse/domain/analytics/response-figures";
import { canonicalJson } from "@deskpulse/domain/json";
import { defineJob, exponentialBackoff } from "../define-job.ts";

export const responseTime = defineJob({
  name: "analytics.response-time",
  queue: "analytics",
  summary: "How long customers waited for first responses and replies over a range, with a histogram.",
  request: reportRequest,
  input: reportInput,
  output: reportOf(responseTotals, responseFigures),
  prepare: preparationFor("breakdown", "businessHours"),
  attempts: 3,
  backoffMs: exponentialBackoff(1_000, 30_000),
  timeoutMs: 60_000,
  sharingKey: canonicalJson,
  freshnessSeconds: 60,
  role: "supervisor",
});
