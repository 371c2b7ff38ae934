import { peakFigures, peakTotals } from "@deskpulse/domain/analytics/peak-figures";
import { reportOf } from "@deskpulse/domain/analytics/report";
import { prepareReport, reportInput, reportRequest } from "@deskpulse/domain/analytics/report-request";
import { canonicalJson } from "@deskpulse/domain/json";
import { defineJob, exponentialBackoff } from "../define-job.ts";

export const peakHours = defineJob({
  name: "analytics.peak-hours",
  queue: "analytics",
  summary:
    "When work comes in and gets done, by weekday and hour: conversations created, messages from customers, resolutions.",
  request: reportRequest,
  input: reportInput,
  output: reportOf(peakTotals, peakFigures),
  prepare: prepareReport,
  attempts: 3,
  backoffMs: exponentialBackoff(1_000, 30_000),
  timeoutMs: 60_000,
  sharingKey: canonicalJson,
  freshnessSeconds: 60,
  role: "supervisor",
});
