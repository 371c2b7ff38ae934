import type { ConversationStatus, Priority } from "./event.ts";

export const measurementKinds = ["first_response", "reply_time", "resolution", "reopening"] as const;
export type MeasurementKind = (typeof measurementKinds)[number];

/** A conversation as its events left it. References are source keys, times epoch milliseconds. */
export interface FoldedState {
  readonly conversation: string;
  readonly inbox: string;
  readonly customer: string | null;
  readonly team: string | null;
  readonly agent: string | null;
  readonly status: ConversationStatus;
  readonly priority: Priority | null;
  readonly labels: readonly string[];
  readonly createdAt: number;
  readonly firstRespondedAt: number | null;
  readonly waitingSince: number | null;
  readonly resolvedAt: number | null;
  readonly lastActivityAt: number;
  readonly reopenedCount: number;
}

/** A message; `id` is its event's. */
export interface FoldedMessage {
  readonly id: string;
  readonly direction: "in" | "out";
  readonly sender: "customer" | "agent" | "bot" | "system";
  readonly agent: string | null;
  readonly isPrivate: boolean;
  readonly content: string;
  readonly at: number;
}

/** A duration with whom it is credited to, and the team and priority as they were when it ended. */
export interface FoldedMeasurement {
  readonly kind: MeasurementKind;
  readonly startedAt: number;
  readonly at: number;
  readonly durationMs: number;
  readonly agent: string | null;
  readonly team: string | null;
  readonly priority: Priority | null;
}

export interface FoldedConversation {
  readonly state: FoldedState;
  readonly messages: readonly FoldedMessage[];
  readonly measurements: readonly FoldedMeasurement[];
}
