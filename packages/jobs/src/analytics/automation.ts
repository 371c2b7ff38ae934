import { automationFigures, automationTotals } from "@deskpulse/domain/analytics/automation-figures";
import { reportOf } from "@deskpulse/domain/analytics/report";
import { prepareReport } from "@deskpulse/domain/analytics/report-request";
import { defineJob } from "../define-job.ts";
import { reportPolicy } from "./report-policy.ts";

export const automation = defineJob({
  name: "analytics.automation",
  ...reportPolicy,
  summary:
    "Runs of automation rules by rule, trigger, action and cause of failure, what bots resolved, and time saved.",
  output: reportOf(automationTotals, automationFigures),
  prepare: prepareReport,
  role: "supervisor",
});
