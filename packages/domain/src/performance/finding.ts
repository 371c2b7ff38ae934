/** What the advisors of the database can see, worst first where two want the same table. */
export const databaseFindingKinds = [
  "invalid-index",
  "duplicate-index",
  "foreign-key-without-index",
  "stale-statistics",
  "redundant-index",
] as const;
export type DatabaseFindingKind = (typeof databaseFindingKinds)[number];

export const severities = ["info", "warning", "critical"] as const;
export type Severity = (typeof severities)[number];
export const confidences = ["low", "high"] as const;
export type Confidence = (typeof confidences)[number];

export const actionCommands = ["analyze", "create-index", "drop-index"] as const;
export type ActionCommand = (typeof actionCommands)[number];

/**
 * planned: nothing has happened, or it was begun and its end is not known yet. applied: the statement has had its
 * effect. verified: measured, and worth it. undone: its effect is taken back. failed: no effect, and `error` says why.
 */
export const actionStates = ["planned", "applied", "verified", "undone", "failed"] as const;
export type ActionState = (typeof actionStates)[number];

/** A change that answers a finding. */
export interface ProposedAction {
  readonly command: ActionCommand;
  readonly schema: string;
  readonly table: string;
  /** The index that is made or dropped; null for `analyze`. */
  readonly index: string | null;
  /** Columns by which rows are looked up with the new index; empty for other commands. */
  readonly lookupColumns: readonly string[];
  /** Runs as it stands, outside a transaction. */
  readonly sql: string;
  /** Takes the effect back; null when there is nothing to take back. */
  readonly undoSql: string | null;
}

/** Figures behind a finding: numbers, names and times, as they stood in the views. */
export type Evidence = Readonly<Record<string, string | number | boolean | null | readonly string[]>>;

/** What an advisor says: the content of a finding before it is stored. */
export interface Advice {
  readonly kind: DatabaseFindingKind;
  /** What it is about; with `kind` the identity of the finding. */
  readonly subject: string;
  /** Its table, with its schema. */
  readonly table: string;
  readonly severity: Severity;
  readonly confidence: Confidence;
  readonly evidence: Evidence;
  readonly benefit: string;
  readonly risk: string;
  readonly action: ProposedAction | null;
  /** Why no action is proposed; null when one is. */
  readonly reason: string | null;
}
