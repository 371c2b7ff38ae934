import { agentFigures, agentTotals } from "@deskpulse/domain/analytics/agent-figures";
import { ownFigures } from "@deskpulse/domain/analytics/own-figures";
import { reportOf } from "@deskpulse/domain/analytics/report";
import { prepareReport } from "@deskpulse/domain/analytics/report-request";
import { defineJob } from "../define-job.ts";
import { reportPolicy } from "./report-policy.ts";

export const usersPerformance = defineJob({
  name: "analytics.users-performance",
  ...reportPolicy,
  summary:
    "What each agent and team handled and resolved over a range, how fast, how well rated and within which promises.",
  output: reportOf(agentTotals, agentFigures),
  scope: ownFigures,
  prepare: prepareReport,
  role: "agent",
});
