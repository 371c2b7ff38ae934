import { engagementFigures, engagementTotals } from "@deskpulse/domain/analytics/engagement-figures";
import { reportOf } from "@deskpulse/domain/analytics/report";
import { prepareReport } from "@deskpulse/domain/analytics/report-request";
import { defineJob } from "../define-job.ts";
import { reportPolicy } from "./report-policy.ts";

export const engagement = defineJob({
  name: "analytics.engagement",
  ...reportPolicy,
  summary:
    "New, returning and active customers over a range, what they write, who comes back, and what is soon reopened.",
  output: reportOf(engagementTotals, engagementFigures),
  prepare: prepareReport,
  role: "supervisor",
});
