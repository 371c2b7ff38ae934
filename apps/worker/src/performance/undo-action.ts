import { asOwner, type OwnerSession } from "@deskpulse/db/owner";
import type { Action } from "@deskpulse/db/performance/action-columns";
import { indexState } from "@deskpulse/db/performance/index-state";
import { readAction } from "@deskpulse/db/performance/read-actions";
import { concurrently, dropConcurrently } from "@deskpulse/domain/performance/sql-name";
import { undoObstacle } from "@deskpulse/domain/performance/undo-obstacle";
import type { jobs } from "@deskpulse/jobs/catalog";
import { type Processor, UnrecoverableError } from "@deskpulse/runs/worker/processor";
import { changeObject, explainFailure } from "./change-object.ts";
import { type Optimisation, settleAction } from "./optimisation.ts";

const statementTimeoutMs = 3 * 3_600_000;

export const undoAction: Processor<typeof jobs.undoAction> = ({ input, ctx }) =>
  asOwner(ctx.database, { exclusive: true }, async (owner) => {
    const action = await ctx.inEngine((tx) => readAction(tx, input.actionId));
    if (action === null || action.undoSql === null || action.index === null)
      throw new UnrecoverableError("there is no such action, or nothing of it to take back");
    const { schema, index, undoSql } = action;
    const result = { actionId: action.id, sql: undoSql };
    if (action.state === "undone") return result;
    const { runId, createdBy: actor, database, signal, log } = ctx;
    const work: Optimisation = { owner, database, runId, actor, signal, log, untilMs: Number.POSITIVE_INFINITY };

    let now = await owner.read((tx) => indexState(tx, schema, index));
    // half dropped or half built by an earlier attempt of this run, whose worker died
    if (now?.valid === false) {
      await changeObject(owner, action, dropConcurrently(schema, index), { statementTimeoutMs }, signal);
      now = null;
    }
    const isUndone =
      action.command === "create-index" ? now === null : now !== null && concurrently(now.definition) === undoSql;
    const obstacle = isUndone ? null : undoObstacle(action, now);
    if (obstacle !== null) throw new UnrecoverableError(obstacle);
    if (!isUndone) await execute(owner, action, undoSql, signal);
    await settleAction(work, action, { state: "undone", after: null, error: null });
    return result;
  });

async function execute(owner: OwnerSession, action: Action, undoSql: string, signal: AbortSignal): Promise<void> {
  const { schema, index } = action;
  try {
    await changeObject(owner, action, undoSql, { statementTimeoutMs }, signal);
  } catch (error) {
    const left = index === null ? null : await owner.read((tx) => indexState(tx, schema, index));
    if (index !== null && left?.valid === false)
      await changeObject(owner, action, dropConcurrently(schema, index), { statementTimeoutMs });
    throw new Error(await explainFailure(owner, action, error), { cause: error });
  }
}
