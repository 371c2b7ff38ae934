import { conversationFigures } from "@deskpulse/domain/analytics/conversation-figures";
import { reportOf } from "@deskpulse/domain/analytics/report";
import { preparationFor, reportInput, reportRequest } from "@deskpulse/domain/analytics/report-request";
import { canonicalJson } from "@deskpulse/domain/json";
import { defineJob, exponentialBackoff } from "../define-job.ts";

export const conversations = defineJob({
  name: "analytics.conversations",
  queue: "analytics",
  summary: "Conversations created, resolved and reopened, messages, first response and resolution times over a range.",
  request: reportRequest,
  input: reportInput,
  output: reportOf(conversationFigures, conversationFigures),
  prepare: preparationFor("breakdown", "businessHours"),
  attempts: 3,
  backoffMs: exponentialBackoff(1_000, 30_000),
  timeoutMs: 60_000,
  sharingKey: canonicalJson,
  freshnessSeconds: 60,
  role: "supervisor",
});
