import type { FoldedConversation } from "@deskpulse/domain/ingest/folded";
import { type BusinessClock, businessDueAt } from "@deskpulse/domain/tenants/business-ms";
import type { CopiedValue } from "./copy-rows.ts";

/** What a conversation was folded into, and what is needed to make rows of it. */
export interface FoldedSource {
  readonly folded: FoldedConversation;
  /** Of its inbox; null while there are no working hours. */
  readonly clock: BusinessClock | null;
  /** An event's id as rows keep it, with its source. */
  readonly sourceKey: (eventId: string) => string;
}

/**
 * A table of rows that hang on conversations and are known by a natural key. Every row ends with agent, team and priority,
 * by source key; its conversation and inbox are added where it is written.
 */
export interface FoldedTable {
  readonly name: "conversation_spans" | "surveys" | "sla_targets" | "automation_runs";
  /** Columns that tell rows of a tenant apart. */
  readonly key: readonly string[];
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: (source: FoldedSource) => Iterable<readonly CopiedValue[]>;
}

function instant(at: number): string;
function instant(at: number | null): string | null;
function instant(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}

/** An array as Postgres writes it. */
const textArray = (texts: readonly string[]): string =>
  `{${texts.map((text) => `"${text.replace(/["\\]/g, "\\$&")}"`).join(",")}}`;

const spans: FoldedTable = {
  name: "conversation_spans",
  key: ["conversation_id", "started_at"],
  columns: [
    { name: "started_at", type: "timestamptz" },
    { name: "ended_at", type: "timestamptz" },
    { name: "status", type: "text" },
    { name: "is_unattended", type: "boolean" },
  ],
  rows: ({ folded }) =>
    folded.spans.map(({ startedAt, endedAt, status, isUnattended, agent, team, priority }) => [
      instant(startedAt),
      instant(endedAt),
      status,
      isUnattended,
      agent,
      team,
      priority,
    ]),
};

const surveys: FoldedTable = {
  name: "surveys",
  key: ["conversation_id", "sent_at"],
  columns: [
    { name: "sent_at", type: "timestamptz" },
    { name: "answered_at", type: "timestamptz" },
    { name: "rating", type: "smallint" },
    { name: "comment", type: "text" },
  ],
  rows: ({ folded }) =>
    folded.surveys.map(({ sentAt, answeredAt, rating, comment, agent, team, priority }) => [
      instant(sentAt),
      instant(answeredAt),
      rating,
      comment,
      agent,
      team,
      priority,
    ]),
};

const slaTargets: FoldedTable = {
  name: "sla_targets",
  key: ["conversation_id", "target", "started_at"],
  columns: [
    { name: "target", type: "text" },
    { name: "started_at", type: "timestamptz" },
    { name: "policy", type: "text" },
    { name: "promised_ms", type: "bigint" },
    { name: "business_hours", type: "boolean" },
    { name: "due_at", type: "timestamptz" },
    { name: "ended_at", type: "timestamptz" },
    { name: "withdrawn_at", type: "timestamptz" },
  ],
  rows: ({ folded, clock }) =>
    folded.slaTargets.map((promise) => [
      promise.target,
      instant(promise.startedAt),
      promise.policy,
      promise.promisedMs,
      promise.businessHours,
      instant(dueAt(promise, clock)),
      instant(promise.endedAt),
      instant(promise.withdrawnAt),
      promise.agent,
      promise.team,
      promise.priority,
    ]),
};

/** Epoch milliseconds; by the clock on the wall where a promise in working hours meets none. Null: hours never come. */
export function dueAt(
  promise: { readonly startedAt: number; readonly promisedMs: number; readonly businessHours: boolean },
  clock: BusinessClock | null,
): number | null {
  const { startedAt, promisedMs, businessHours } = promise;
  if (!businessHours || clock === null) return startedAt + promisedMs;
  return businessDueAt(clock, startedAt, promisedMs);
}

const automationRuns: FoldedTable = {
  name: "automation_runs",
  key: ["source_key"],
  columns: [
    { name: "source_key", type: "text" },
    { name: "at", type: "timestamptz" },
    { name: "rule", type: "text" },
    { name: "trigger", type: "text" },
    { name: "outcome", type: "text" },
    { name: "actions", type: "text[]" },
    { name: "duration_ms", type: "bigint" },
    { name: "error", type: "text" },
  ],
  rows: ({ folded, sourceKey }) =>
    folded.automationRuns.map((run) => [
      sourceKey(run.id),
      instant(run.at),
      run.rule,
      run.trigger,
      run.outcome,
      textArray(run.actions),
      run.durationMs,
      run.error,
      run.agent,
      run.team,
      run.priority,
    ]),
};

export const foldedTables: readonly FoldedTable[] = [spans, surveys, slaTargets, automationRuns];

/** The columns of what rows are credited to, as `FoldedTable.rows` gives them. */
export const creditColumns = [
  { name: "agent", type: "text" },
  { name: "team", type: "text" },
  { name: "priority", type: "text" },
] as const;
