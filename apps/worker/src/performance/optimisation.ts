import type { Database } from "@deskpulse/db/connect";
import { insertAuditEntry } from "@deskpulse/db/identity/insert-audit-entry";
import type { OwnerSession } from "@deskpulse/db/owner";
import type { Action } from "@deskpulse/db/performance/action-columns";
import { type ActionEnd, endAction } from "@deskpulse/db/performance/change-action";
import { asEngine } from "@deskpulse/db/transaction";

/** What the steps of one optimisation share. */
export interface Optimisation {
  readonly owner: OwnerSession;
  readonly database: Database;
  readonly runId: string;
  /** Who started the run. */
  readonly actor: string;
  readonly signal: AbortSignal;
  readonly log: (line: string) => void;
  /** Nothing is begun after this. */
  readonly untilMs: number;
}

/** Ends an action and writes it to the audit log, in one transaction. Says what came of it in the run's log. */
export async function settleAction(work: Optimisation, action: Action, end: Omit<ActionEnd, "id">): Promise<void> {
  const effect = end.state === "undone" ? action.undoSql : action.sql;
  await asEngine(work.database, async (tx) => {
    if (!(await endAction(tx, { ...end, id: action.id }))) return;
    await insertAuditEntry(tx, {
      tenantId: null,
      actor: work.actor,
      act: end.state === "undone" ? "action.undo" : "action.apply",
      object: `action:${action.id}`,
      outcome: end.state === "failed" ? "failed" : "done",
      detail: { sql: effect, state: end.state, run: work.runId, ...(end.error === null ? {} : { why: end.error }) },
    });
  });
  work.log(`${end.state}: ${effect}${end.error === null ? "" : ` (${end.error})`}`);
}
