import { engagementFigures, engagementTotals } from "@deskpulse/domain/analytics/engagement-figures";
import { reportOf } from "@deskpulse/domain/analytics/report";
import { prepareReport, reportInput, reportRequest } from "@deskpulse/domain/analytics/report-request";
import { canonicalJson } from "@deskpulse/domain/json";
import { defineJob, exponentialBackoff } from "../define-job.ts";

export const engagement = defineJob({
  name: "analytics.engagement",
  queue: "analytics",
  summary:
    "New, returning and active customers over a range, what they write, who comes back, and what is soon reopened.",
  request: reportRequest,
  input: reportInput,
  output: reportOf(engagementTotals, engagementFigures),
  prepare: prepareReport,
  attempts: 3,
  backoffMs: exponentialBackoff(1_000, 30_000),
  timeoutMs: 60_000,
  sharingKey: canonicalJson,
  freshnessSeconds: 60,
  role: "supervisor",
});
