import type { Action } from "@deskpulse/db/performance/action-columns";
import { beginAction, markActionApplied, replanAction } from "@deskpulse/db/performance/change-action";
import { indexState } from "@deskpulse/db/performance/index-state";
import { readAction } from "@deskpulse/db/performance/read-actions";
import { asEngine } from "@deskpulse/db/transaction";
import { changeObject, effectOf, explainFailure } from "./change-object.ts";
import { type Optimisation, settleAction } from "./optimisation.ts";
import { type Before, measureBefore, verifyAction } from "./verify-action.ts";

/**
 * Takes one planned action from its measurement to its verdict: before, intent (committed), statement, effect, verdict.
 * A statement that fails leaves nothing behind and the action `failed`; an abort leaves it planned again, and is thrown.
 */
export async function applyAction(work: Optimisation, action: Action): Promise<Action> {
  const { owner, database, signal } = work;
  const before = await measureBefore(work, action);
  signal.throwIfAborted();
  if (!(await asEngine(database, (tx) => beginAction(tx, action.id, work.runId, before.measured)))) return action;
  work.log(`begins: ${action.sql}`);
  const startedAt = performance.now();
  try {
    const statementTimeoutMs = Math.max(1_000, work.untilMs - Date.now());
    await changeObject(owner, action, action.sql, { statementTimeoutMs }, signal);
    await applied(work, action);
  } catch (error) {
    if ((await effectOf(owner, action)) === "done") await applied(work, action);
    else if (signal.aborted) {
      await asEngine(database, (tx) => replanAction(tx, action.id));
      throw error;
    } else {
      const why = await explainFailure(owner, action, error);
      await settleAction(work, action, { state: "failed", after: null, error: why });
      return await stored(work, action);
    }
  }
  await verifyAction(work, action, before, Math.round(performance.now() - startedAt));
  return await stored(work, action);
}

/**
 * Settles what earlier runs began and did not end: the catalogue says whether it happened. Completed work goes on to its
 * verdict; anything else is cleaned away and may be begun anew under the same id. To be called with the lock held: then
 * nobody is still at it.
 */
export async function repairAction(work: Optimisation, action: Action): Promise<void> {
  work.log(`looks after what run ${action.runId} left: ${action.sql}`);
  if (action.state === "planned") {
    if ((await effectOf(work.owner, action)) === "nothing") {
      return await asEngine(work.database, (tx) => replanAction(tx, action.id));
    }
    await applied(work, action);
  }
  // written by beginAction from what measureBefore gave
  const before: Before = { measured: (action.before ?? {}) as Before["measured"], values: [] };
  await verifyAction(work, action, before, null);
}

async function applied({ owner, database }: Optimisation, { id, schema, index }: Action): Promise<void> {
  const state = index === null ? null : await owner.read((tx) => indexState(tx, schema, index));
  await asEngine(database, (tx) => markActionApplied(tx, id, state?.definition ?? null));
}

const stored = async ({ database }: Optimisation, action: Action): Promise<Action> =>
  (await asEngine(database, (tx) => readAction(tx, action.id))) ?? action;
