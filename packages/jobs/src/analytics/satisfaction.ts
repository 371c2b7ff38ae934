import { reportOf } from "@deskpulse/domain/analytics/report";
import { prepareReport } from "@deskpulse/domain/analytics/report-request";
import { satisfactionFigures, satisfactionTotals } from "@deskpulse/domain/analytics/satisfaction-figures";
import { defineJob } from "../define-job.ts";
import { reportPolicy } from "./report-policy.ts";

export const satisfaction = defineJob({
  name: "analytics.satisfaction",
  ...reportPolicy,
  summary: "Ratings over a range: score, distribution, response rate with intervals, trend and comments.",
  output: reportOf(satisfactionTotals, satisfactionFigures),
  prepare: prepareReport,
  role: "supervisor",
});
