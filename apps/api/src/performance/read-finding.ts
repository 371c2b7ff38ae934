import { readFinding as findingOf } from "@deskpulse/db/performance/read-finding";
import { asEngine } from "@deskpulse/db/transaction";
import { ProblemError } from "@deskpulse/domain/errors";
import type { Handler } from "../http/handler.ts";
import { presentAction, presentFinding } from "./present-finding.ts";

export const readFinding: Handler<"readFinding"> = async ({ params }, { database }) => {
  const found = await asEngine(database, (tx) => findingOf(tx, params.findingId));
  if (found === null) throw new ProblemError("not-found", "there is no such finding");
  return {
    status: 200,
    body: { ...presentFinding(found.finding), actions: found.actions.map(presentAction) },
  };
};
