import { conversationFigures } from "@deskpulse/domain/analytics/conversation-figures";
import { reportOf } from "@deskpulse/domain/analytics/report";
import { preparationFor } from "@deskpulse/domain/analytics/report-request";
import { defineJob } from "../define-job.ts";
import { reportPolicy } from "./report-policy.ts";

export const conversations = defineJob({
  name: "analytics.conversations",
  ...reportPolicy,
  summary: "Conversations created, resolved and reopened, messages, first response and resolution times over a range.",
  output: reportOf(conversationFigures, conversationFigures),
  prepare: preparationFor("breakdown", "businessHours"),
  role: "supervisor",
});
