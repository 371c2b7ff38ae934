import { listWorkers as findWorkers } from "@deskpulse/db/jobs/list-workers";
import { asEngine } from "@deskpulse/db/transaction";
import { lockMs } from "@deskpulse/runs/lock-times";
import type { Handler } from "../http/handler.ts";

export const listWorkers: Handler<"listWorkers"> = async (_call, { database }) => {
  const sampledAt = new Date().toISOString();
  const found = await asEngine(database, (tx) => findWorkers(tx, { lockMs, limit: 500 }));
  const workers = found.map(({ hostname: host, startedAt, heartbeatAt, ...worker }) => ({
    ...worker,
    host,
    startedAt: startedAt.toISOString(),
    heartbeatAt: heartbeatAt.toISOString(),
  }));
  return { status: 200, body: { sampledAt, workers } };
};
