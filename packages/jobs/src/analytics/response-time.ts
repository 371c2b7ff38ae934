import { reportOf } from "@deskpulse/domain/analytics/report";
import { preparationFor } from "@deskpulse/domain/analytics/report-request";
import { responseFigures, responseTotals } from "@deskpulse/domain/analytics/response-figures";
import { defineJob } from "../define-job.ts";
import { reportPolicy } from "./report-policy.ts";

export const responseTime = defineJob({
  name: "analytics.response-time",
  ...reportPolicy,
  summary: "How long customers waited for first responses and replies over a range, with a histogram.",
  output: reportOf(responseTotals, responseFigures),
  prepare: preparationFor("breakdown", "businessHours"),
  role: "supervisor",
});
