import { connectDatabase } from "@deskpulse/db/connect";
import { createLogger } from "@deskpulse/process/logger";
import { connectRedis } from "@deskpulse/process/redis";
import { createPublisher } from "@deskpulse/push/publisher";
import { Handover } from "@deskpulse/runs/handover";
import type { Processors } from "@deskpulse/runs/worker/processor";
import { type RunWorker, startRunWorker } from "@deskpulse/runs/worker/run-worker";
import { type BenchJobs, jobs } from "../job-map.ts";
import { type WorkerMessage, workerDrainMs } from "./worker-message.ts";

/** A worker of the platform's own parts, put together as apps/worker does, over the job map of the benches. */
const redisUrl = process.env.REDIS_URL ?? "";
const prefix = process.env.REDIS_PREFIX ?? "";
const log = createLogger("worker", "info");
const producer = connectRedis(redisUrl, "producer", log);
const redis = connectRedis(redisUrl, "worker", log);
const handover = new Handover(producer, prefix, (error) => log.warn({ err: error }, "BullMQ queue error"));
const publisher = createPublisher(producer, prefix, (error) => log.warn({ err: error }, "hints were lost"));

const processors: Processors<BenchJobs> = {
  bareNote: async () => null,
  noteWithRow: ({ ctx }) =>
    ctx.finishIn(async (tx) => {
      await tx.sql`
        insert into labels (tenant_id, name, source_key) values (${tx.tenantId}, 'bench', ${ctx.runId})`;
      return null;
    }),
};

let worker: RunWorker | undefined;
let database: ReturnType<typeof connectDatabase> | undefined;

/** Opens the pool: a worker that serves has done so long ago, so it is no part of what is measured. */
async function prepare(poolMax: number): Promise<void> {
  const pool = connectDatabase({
    url: process.env.DATABASE_URL ?? "",
    connectionsMax: poolMax,
    applicationName: "deskpulse-bench-worker",
  });
  await Promise.all(Array.from({ length: poolMax }, () => pool.sql`select pg_sleep(0.05)`));
  database = pool;
}

async function start(concurrency: number): Promise<void> {
  if (database === undefined) throw new Error("prepare comes before start");
  worker = await startRunWorker({
    jobs,
    processors,
    database,
    redis,
    producer,
    redisPrefix: prefix,
    handover,
    publisher,
    concurrency: { operations: concurrency },
    version: process.version,
    log,
  });
}

async function stop(): Promise<void> {
  await worker?.stop(workerDrainMs);
  await database?.close();
  worker = undefined;
  database = undefined;
}

function handle(message: WorkerMessage): Promise<void> {
  switch (message.kind) {
    case "prepare":
      return prepare(message.poolMax);
    case "start":
      return start(message.concurrency);
    case "stop":
      return stop();
  }
}

process.on("message", (message: WorkerMessage) => {
  void handle(message).then(() => process.send?.({ done: true }));
});
process.on("SIGTERM", () => void stop().finally(() => process.exit(0)));
