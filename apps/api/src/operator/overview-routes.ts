import { listAudit } from "@deskpulse/db/identity/list-audit";
import { listWorkers } from "@deskpulse/db/jobs/list-workers";
import { queueDepths } from "@deskpulse/db/jobs/queue-depths";
import { listQueuePauses } from "@deskpulse/db/jobs/queue-pauses";
import { readRun } from "@deskpulse/db/jobs/read-run";
import { asEngine } from "@deskpulse/db/transaction";
import { lockMs } from "@deskpulse/runs/lock-times";
import { Router } from "express";
import type { OperatorDeskOptions } from "./desk-options.ts";
import { overviewPage, runPage } from "./overview-page.ts";
import { refusalPage } from "./sign-in-page.ts";

const shown = { workers: 200, audit: 25 };
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const newest = { tenantId: undefined, actor: undefined, act: undefined, object: undefined, fromMs: undefined };

/** Pages for operators who are signed in; they read Postgres only, so they work while Redis is away. */
export function overviewRoutes({ database, queues }: Pick<OperatorDeskOptions, "database" | "queues">): Router {
  const router = Router();
  router.get("/workers", async (_request, response) => {
    const overview = await asEngine(database, async (tx) => ({
      paused: await listQueuePauses(tx),
      depths: await queueDepths(tx, lockMs),
      workers: await listWorkers(tx, { lockMs, limit: shown.workers }),
      audit: await listAudit(tx, { ...newest, toMs: undefined, before: undefined, limit: shown.audit }),
    }));
    const names = queues.map(({ name }) => name);
    response.type("html").send(overviewPage({ ...overview, queues: names, at: new Date() }));
  });
  router.get("/runs/:runId", async (request, response) => {
    const { runId } = request.params;
    const run = uuid.test(runId) ? await asEngine(database, (tx) => readRun(tx, runId)) : null;
    if (run === null) response.status(404);
    response
      .type("html")
      .send(run === null ? refusalPage("No such run", "Postgres holds no run of this id (any more).") : runPage(run));
  });
  return router;
}
