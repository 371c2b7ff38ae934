import type { ActionCommand, ActionState } from "@deskpulse/domain/performance/finding";

/** A stored action. Times are epoch milliseconds. */
export interface Action {
  readonly id: string;
  readonly findingId: string;
  readonly runId: string;
  readonly state: ActionState;
  readonly command: ActionCommand;
  readonly schema: string;
  readonly table: string;
  readonly index: string | null;
  readonly lookupColumns: readonly string[];
  readonly sql: string;
  readonly undoSql: string | null;
  readonly definitionAfter: string | null;
  readonly before: unknown;
  readonly after: unknown;
  readonly error: string | null;
  readonly plannedAtMs: number;
  readonly begunAtMs: number | null;
  readonly appliedAtMs: number | null;
  readonly endedAtMs: number | null;
}

const ms = (column: string, name: string): string => `(extract(epoch from ${column}) * 1000)::float8 as "${name}"`;

/** `select` list for an Action. The alias of actions is `a`. */
export const actionColumns = `
  a.id, a.finding_id as "findingId", a.run_id as "runId", a.state, a.command, a.schema_name as "schema",
  a.table_name as "table", a.index_name as "index", a.lookup_columns as "lookupColumns", a.sql, a.undo_sql as "undoSql",
  a.definition_after as "definitionAfter", a.before, a.after, a.error, ${ms("a.planned_at", "plannedAtMs")},
  ${ms("a.begun_at", "begunAtMs")}, ${ms("a.applied_at", "appliedAtMs")}, ${ms("a.ended_at", "endedAtMs")}`;
