import { reportOf } from "@deskpulse/domain/analytics/report";
import { prepareReport, reportInput, reportRequest } from "@deskpulse/domain/analytics/report-request";
import { volumeFigures, volumeTotals } from "@deskpulse/domain/analytics/volume-figures";
import { canonicalJson } from "@deskpulse/domain/json";
import { defineJob, exponentialBackoff } from "../define-job.ts";

export const volumeTrends = defineJob({
  name: "analytics.volume-trends",
  queue: "analytics",
  summary: "How volumes grow: against the range before, trend and weekly pattern, busiest days and changes of level.",
  request: reportRequest,
  input: reportInput,
  output: reportOf(volumeTotals, volumeFigures),
  prepare: prepareReport,
  attempts: 3,
  backoffMs: exponentialBackoff(1_000, 30_000),
  timeoutMs: 60_000,
  sharingKey: canonicalJson,
  freshnessSeconds: 60,
  role: "supervisor",
});
