import { reportOf } from "@deskpulse/domain/analytics/report";
import { prepareReport, reportInput, reportRequest } from "@deskpulse/domain/analytics/report-request";
import { workloadFigures, workloadTotals } from "@deskpulse/domain/analytics/workload-figures";
import { canonicalJson } from "@deskpulse/domain/json";
import { defineJob, exponentialBackoff } from "../define-job.ts";

export const agentWorkload = defineJob({
  name: "analytics.agent-workload",
  queue: "analytics",
  summary: "Open conversations of each agent and team, now and over a range, their spread, overload and capacity.",
  request: reportRequest,
  input: reportInput,
  output: reportOf(workloadTotals, workloadFigures),
  prepare: prepareReport,
  attempts: 3,
  backoffMs: exponentialBackoff(1_000, 30_000),
  timeoutMs: 60_000,
  sharingKey: canonicalJson,
  freshnessSeconds: 60,
  role: "supervisor",
});
