import { reportOf } from "@deskpulse/domain/analytics/report";
import { prepareReport } from "@deskpulse/domain/analytics/report-request";
import { workloadFigures, workloadTotals } from "@deskpulse/domain/analytics/workload-figures";
import { defineJob } from "../define-job.ts";
import { reportPolicy } from "./report-policy.ts";

export const agentWorkload = defineJob({
  name: "analytics.agent-workload",
  ...reportPolicy,
  summary: "Open conversations of each agent and team, now and over a range, their spread, overload and capacity.",
  output: reportOf(workloadTotals, workloadFigures),
  prepare: prepareReport,
  role: "supervisor",
});
