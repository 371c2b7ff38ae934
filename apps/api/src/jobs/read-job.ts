import { readLogLines } from "@deskpulse/db/jobs/read-log-lines";
import { inTenancy } from "@deskpulse/runs/start-shared";
import { findRunIn } from "@deskpulse/runs/steer-run";
import type { Handler } from "../http/handler.ts";
import { presentRun } from "./present-run.ts";

const linesMax = 1_000;

export const readJob: Handler<"readJob"> = async ({ params, caller }, { runs }) =>
  await inTenancy(runs, caller.tenantId, async (tx) => {
    const run = await findRunIn(tx, caller, params.runId);
    const lines = await readLogLines(tx, run.id, linesMax);
    const log = lines.map(({ atMs, line }) => ({ at: new Date(atMs).toISOString(), line }));
    return { status: 200, body: { ...presentRun(run), log } };
  });
