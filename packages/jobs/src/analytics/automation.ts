import { automationFigures, automationTotals } from "@deskpulse/domain/analytics/automation-figures";
import { reportOf } from "@deskpulse/domain/analytics/report";
import { prepareReport, reportInput, reportRequest } from "@deskpulse/domain/analytics/report-request";
import { canonicalJson } from "@deskpulse/domain/json";
import { defineJob, exponentialBackoff } from "../define-job.ts";

export const automation = defineJob({
  name: "analytics.automation",
  queue: "analytics",
  summary:
    "Runs of automation rules by rule, trigger, action and cause of failure, what bots resolved, and time saved.",
  request: reportRequest,
  input: reportInput,
  output: reportOf(automationTotals, automationFigures),
  prepare: prepareReport,
  attempts: 3,
  backoffMs: exponentialBackoff(1_000, 30_000),
  timeoutMs: 60_000,
  sharingKey: canonicalJson,
  freshnessSeconds: 60,
  role: "supervisor",
});
