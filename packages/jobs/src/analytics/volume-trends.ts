import { reportOf } from "@deskpulse/domain/analytics/report";
import { prepareReport } from "@deskpulse/domain/analytics/report-request";
import { volumeFigures, volumeTotals } from "@deskpulse/domain/analytics/volume-figures";
import { defineJob } from "../define-job.ts";
import { reportPolicy } from "./report-policy.ts";

export const volumeTrends = defineJob({
  name: "analytics.volume-trends",
  ...reportPolicy,
  summary: "How volumes grow: against the range before, trend and weekly pattern, busiest days and changes of level.",
  output: reportOf(volumeTotals, volumeFigures),
  prepare: prepareReport,
  role: "supervisor",
});
