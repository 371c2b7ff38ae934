/** What is counted for every quarter hour. Net ones are conversations that came to stand so, less those that ceased to. */
export const quarterMetrics = [
  "created",
  "messages_in",
  "messages_out",
  "messages_private",
  "resolved",
  "reopened",
  "open_net",
  "unattended_net",
  "unassigned_net",
] as const;
export type QuarterMetric = (typeof quarterMetrics)[number];

/** What is counted for every local day besides. */
export const dayMetrics = [
  ...quarterMetrics,
  "bot_resolved",
  "handoffs",
  "one_touch",
  "surveys_sent",
  "surveys_answered",
  "rating_1",
  "rating_2",
  "rating_3",
  "rating_4",
  "rating_5",
  "first_response_1",
  "first_response_2",
  "first_response_3",
  "first_response_4",
  "first_response_5",
  "first_response_6",
  "first_response_7",
] as const;
export type DayMetric = (typeof dayMetrics)[number];

/** Durations that are kept as sketches of local days. */
export const sketchedKinds = ["first_response", "reply_time", "resolution"] as const;
export type SketchedKind = (typeof sketchedKinds)[number];
