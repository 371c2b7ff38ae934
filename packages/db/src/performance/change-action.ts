import type { EngineTx } from "../transaction.ts";

/** Writes the intent: this run is about to execute the planned action. False when it is not there to be begun. */
export async function beginAction(tx: EngineTx, id: string, runId: string, before: unknown): Promise<boolean> {
  const { count } = await tx.sql`
    update actions set begun_at = now(), run_id = ${runId}, before = ${JSON.stringify(before)}::text::jsonb
    where id = ${id} and state = 'planned' and begun_at is null`;
  return count > 0;
}

/** Takes the intent back: nothing of the action is there, and it may be begun anew. Index: primary key. */
export async function replanAction(tx: EngineTx, id: string): Promise<void> {
  await tx.sql`update actions set begun_at = null, before = null where id = ${id} and state = 'planned'`;
}

/** The statement has had its effect; `definition` is the index as it stands now, null when there is none. */
export async function markActionApplied(tx: EngineTx, id: string, definition: string | null): Promise<void> {
  await tx.sql`
    update actions set state = 'applied', applied_at = now(), definition_after = ${definition}
    where id = ${id} and state = 'planned'`;
}

export interface ActionEnd {
  readonly id: string;
  readonly state: "applied" | "verified" | "undone" | "failed";
  /** What was measured afterwards; null when nothing was. */
  readonly after: unknown;
  /** What went wrong, or why it was undone. */
  readonly error: string | null;
}

/**
 * Ends an action, and resolves its finding when its effect stays, or opens it again when it does not and no other is open.
 * False when it had ended in this way already. Index: primary key, findings_open.
 */
export async function endAction({ sql }: EngineTx, end: ActionEnd): Promise<boolean> {
  const [ended] = await sql<{ finding_id: string }[]>`
    update actions
    set state = ${end.state}, ended_at = now(), error = ${end.error},
      after = coalesce(${end.after === null ? null : JSON.stringify(end.after)}::text::jsonb, after)
    where id = ${end.id} and (ended_at is null or state <> ${end.state})
    returning finding_id`;
  if (ended === undefined) return false;
  if (end.state === "verified" || end.state === "applied") {
    await sql`update findings set resolved_at = now() where id = ${ended.finding_id} and resolved_at is null`;
  } else if (end.state === "undone") {
    await sql`
      update findings f set resolved_at = null
      where f.id = ${ended.finding_id} and f.resolved_at is not null and not exists (
        select from findings o where o.kind = f.kind and o.subject = f.subject and o.resolved_at is null)`;
  }
  return true;
}
