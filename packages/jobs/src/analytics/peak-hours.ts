import { peakFigures, peakTotals } from "@deskpulse/domain/analytics/peak-figures";
import { reportOf } from "@deskpulse/domain/analytics/report";
import { prepareReport } from "@deskpulse/domain/analytics/report-request";
import { defineJob } from "../define-job.ts";
import { reportPolicy } from "./report-policy.ts";

export const peakHours = defineJob({
  name: "analytics.peak-hours",
  ...reportPolicy,
  summary:
    "When work comes in and gets done, by weekday and hour: conversations created, messages from customers, resolutions.",
  output: reportOf(peakTotals, peakFigures),
  prepare: prepareReport,
  role: "supervisor",
});
