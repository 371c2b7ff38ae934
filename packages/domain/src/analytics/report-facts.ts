import type { MeasurementKind } from "../ingest/folded.ts";

/** What reports count and measure: each fact has a time, a conversation and whom it is credited to. */
export type ReportFact =
  | "created"
  | "message_in"
  | "message_out"
  | "message_private"
  | "survey_sent"
  | "survey_sent_answered"
  | "survey_answered"
  | MeasurementKind;
