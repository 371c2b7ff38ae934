import { reportOf } from "@deskpulse/domain/analytics/report";
import { prepareReport, reportInput, reportRequest } from "@deskpulse/domain/analytics/report-request";
import { satisfactionFigures, satisfactionTotals } from "@deskpulse/domain/analytics/satisfaction-figures";
import { canonicalJson } from "@deskpulse/domain/json";
import { defineJob, exponentialBackoff } from "../define-job.ts";

export const satisfaction = defineJob({
  name: "analytics.satisfaction",
  queue: "analytics",
  summary: "Ratings over a range: score, distribution, response rate with intervals, trend and comments.",
  request: reportRequest,
  input: reportInput,
  output: reportOf(satisfactionTotals, satisfactionFigures),
  prepare: prepareReport,
  attempts: 3,
  backoffMs: exponentialBackoff(1_000, 30_000),
  timeoutMs: 60_000,
  sharingKey: canonicalJson,
  freshnessSeconds: 60,
  role: "supervisor",
});
