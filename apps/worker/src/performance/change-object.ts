import { literal } from "@deskpulse/db/literal";
import type { OwnerSession } from "@deskpulse/db/owner";
import type { Action } from "@deskpulse/db/performance/action-columns";
import { indexState } from "@deskpulse/db/performance/index-state";
import { lockHolders } from "@deskpulse/db/performance/lock-holders";
import { dropConcurrently, qualifiedName } from "@deskpulse/domain/performance/sql-name";

/** For a lock on the table itself. Nothing waits behind us meanwhile: our lock lets reads and writes pass. */
const tableLockMs = 2_000;
/** A concurrent build also waits for every older transaction of the database; it holds up nobody while it does. */
const olderTransactionsMs = 60_000;

/**
 * Executes SQL of an action on its table. The table's lock is tried first, for a short time: somebody who holds it is
 * met before anything has been begun, and no invalid index is left. Throws what Postgres says.
 */
export async function changeObject(
  owner: OwnerSession,
  action: Pick<Action, "schema" | "table" | "command">,
  statement: string,
  limits: { readonly statementTimeoutMs: number },
  signal?: AbortSignal,
): Promise<void> {
  const { statementTimeoutMs } = limits;
  const table = qualifiedName(action.schema, action.table);
  const probe = `do ${literal(`begin lock table only ${table} in share update exclusive mode; end`)}`;
  await owner.execute(probe, { lockTimeoutMs: tableLockMs, statementTimeoutMs: 2 * tableLockMs }, signal);
  const lockTimeoutMs = action.command === "analyze" ? tableLockMs : olderTransactionsMs;
  await owner.execute(statement, { lockTimeoutMs, statementTimeoutMs }, signal);
}

/** Did the action happen? */
export type Effect = "done" | "nothing";

/**
 * What has become of an action that was begun and whose end is not known. Half of it does not stay: an index that was not
 * built to the end is dropped, one that was not dropped to the end as well.
 */
export async function effectOf(owner: OwnerSession, action: Action): Promise<Effect> {
  const { schema, index, command } = action;
  if (index === null) return "nothing";
  const state = await owner.read((tx) => indexState(tx, schema, index));
  if (state === null) return command === "create-index" ? "nothing" : "done";
  if (state.valid) return command === "create-index" ? "done" : "nothing";
  const dropping = changeObject(owner, action, dropConcurrently(schema, index), {
    statementTimeoutMs: 2 * olderTransactionsMs,
  });
  if (command === "create-index") return await dropping.then(() => "nothing");
  // what cannot be dropped now stays a finding of its own
  return await dropping.then(
    () => "done",
    () => "nothing",
  );
}

/** An error in words for people, with those who hold the lock that was waited for. */
export async function explainFailure(owner: OwnerSession, action: Action, error: unknown): Promise<string> {
  const message = error instanceof Error ? error.message : String(error);
  if (!(error instanceof Error && "code" in error && error.code === "55P03")) return message;
  const holders = await owner.read((tx) => lockHolders(tx, action.schema, action.table));
  const told = holders.map(
    ({ pid, application, mode, heldSeconds }) =>
      `pid ${pid} (${application}) has held ${mode} for ${Math.round(heldSeconds)} s`,
  );
  return [`${message}: the table is locked`, ...told].join("; ");
}
