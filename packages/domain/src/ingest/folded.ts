import type { Charge } from "./charge.ts";
import type { ConversationStatus, Priority } from "./event.ts";

export const measurementKinds = [
  "first_response",
  "reply_time",
  "resolution",
  "reopening",
  "bot_resolution",
  "handoff",
  "handling",
] as const;
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
  /** Of a resolution: when the conversation was resolved before; null for the first and for everything else. */
  readonly previousAt: number | null;
  /** Of a resolution: how many public answers people had given by then; null for everything else. */
  readonly answers: number | null;
  readonly agent: string | null;
  readonly team: string | null;
  readonly priority: Priority | null;
}

/** A stretch in which an unresolved conversation stood the same way; null ends go on. Stretches do not overlap. */
export interface FoldedSpan extends Charge {
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly status: Exclude<ConversationStatus, "resolved">;
  /** Open, and nobody has answered yet or the customer waits again. */
  readonly isUnattended: boolean;
}

/** A request for a rating and its answer, credited to whoever had the conversation when it was last resolved. */
export interface FoldedSurvey extends Charge {
  readonly sentAt: number;
  readonly answeredAt: number | null;
  readonly rating: number | null;
  readonly comment: string | null;
}

export const slaTargetKinds = ["first_response", "reply", "resolution"] as const;
export type SlaTargetKind = (typeof slaTargetKinds)[number];

/** One promise of a service level. Both ends null: not kept yet. */
export interface FoldedSlaTarget extends Charge {
  readonly policy: string;
  readonly target: SlaTargetKind;
  readonly startedAt: number;
  readonly promisedMs: number;
  readonly businessHours: boolean;
  /** When what was promised happened. */
  readonly endedAt: number | null;
  /** Since when nobody waits for it any more, because the conversation was resolved without it. */
  readonly withdrawnAt: number | null;
}

/** A run of an automation rule; `id` is its event's. */
export interface FoldedAutomationRun extends Charge {
  readonly id: string;
  readonly at: number;
  readonly rule: string;
  readonly trigger: string;
  readonly outcome: "succeeded" | "failed";
  readonly actions: readonly string[];
  readonly durationMs: number;
  readonly error: string | null;
}

export interface FoldedConversation {
  readonly state: FoldedState;
  readonly messages: readonly FoldedMessage[];
  readonly measurements: readonly FoldedMeasurement[];
  readonly spans: readonly FoldedSpan[];
  readonly surveys: readonly FoldedSurvey[];
  readonly slaTargets: readonly FoldedSlaTarget[];
  readonly automationRuns: readonly FoldedAutomationRun[];
}

/** Grows when folding the same events comes to give something else; conversations of an older one are folded anew. */
export const foldVersion = 1;
