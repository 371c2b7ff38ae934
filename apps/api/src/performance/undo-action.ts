import { indexState } from "@deskpulse/db/performance/index-state";
import { readAction } from "@deskpulse/db/performance/read-actions";
import { ProblemError } from "@deskpulse/domain/errors";
import { undoObstacle } from "@deskpulse/domain/performance/undo-obstacle";
import { jobs } from "@deskpulse/jobs/catalog";
import type { Handler } from "../http/handler.ts";
import { startOperation } from "./start-operation.ts";

export const undoAction: Handler<"undoAction"> = (call, parts) => {
  const { actionId } = call.params;
  return startOperation(call, parts, {
    definition: jobs.undoAction,
    input: { actionId },
    bodyHash: actionId,
    check: async (tx) => {
      const action = await readAction(tx, actionId);
      if (action === null) throw new ProblemError("not-found", "there is no such action");
      const index = action.index === null ? null : await indexState(tx, action.schema, action.index);
      const obstacle = undoObstacle(action, index);
      if (obstacle !== null) throw new ProblemError("conflict", obstacle);
    },
  });
};
