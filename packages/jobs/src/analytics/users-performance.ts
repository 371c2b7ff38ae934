import { agentFigures, agentTotals } from "@deskpulse/domain/analytics/agent-figures";
import { ownFigures } from "@deskpulse/domain/analytics/own-figures";
import { reportOf } from "@deskpulse/domain/analytics/report";
import { prepareReport, reportInput, reportRequest } from "@deskpulse/domain/analytics/report-request";
import { canonicalJson } from "@deskpulse/domain/json";
import { defineJob, exponentialBackoff } from "../define-job.ts";

export const usersPerformance = defineJob({
  name: "analytics.users-performance",
  queue: "analytics",
  summary:
    "What each agent and team handled and resolved over a range, how fast, how well rated and within which promises.",
  request: reportRequest,
  input: reportInput,
  output: reportOf(agentTotals, agentFigures),
  scope: ownFigures,
  prepare: prepareReport,
  attempts: 3,
  backoffMs: exponentialBackoff(1_000, 30_000),
  timeoutMs: 60_000,
  sharingKey: canonicalJson,
  freshnessSeconds: 60,
  role: "agent",
});
