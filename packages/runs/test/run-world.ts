import { randomUUID } from "node:crypto";
import { connectDatabase, type Database } from "@deskpulse/db/connect";
import { readRun } from "@deskpulse/db/jobs/read-run";
import { asEngine } from "@deskpulse/db/transaction";
import type { Run } from "@deskpulse/domain/runs/run";
import type { RunState } from "@deskpulse/domain/runs/run-state";
import type { Caller } from "@deskpulse/domain/tenants/caller";
import { defineJob, type JobCatalog, type JobDefinition } from "@deskpulse/jobs/define-job";
import { connectRedis } from "@deskpulse/process/redis";
import { createPublisher } from "@deskpulse/push/publisher";
import { createTestDatabase } from "@deskpulse/testkit/database";
import { eventually } from "@deskpulse/testkit/eventually";
import { createRedisPrefix } from "@deskpulse/testkit/redis-prefix";
import { z } from "zod";
import { Handover } from "../src/handover.ts";
import { RunService } from "../src/run-service.ts";
import type { Processors } from "../src/worker/processor.ts";
import { type RunWorker, startRunWorker } from "../src/worker/run-worker.ts";

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

const anything = z.looseObject({});

/** A job of a test; what it does not say of its policy does not matter to it. */
export function testJob(name: string, policy: Partial<JobDefinition> = {}) {
  return defineJob({
    name,
    queue: "analytics",
    summary: "A test's job.",
    request: anything,
    input: anything,
    output: z.looseObject({}).nullable(),
    attempts: 3,
    backoffMs: () => 10,
    timeoutMs: 20_000,
    freshnessSeconds: 0,
    role: "agent",
    ...policy,
  });
}

/** A promise that a test settles when it wants a processor to go on. */
export function gate(): { readonly opened: Promise<void>; open(): void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}

/** A fresh corner of Redis with a service over it, and the workers that a test starts. */
export interface RunSetting {
  readonly service: RunService;
  readonly handover: Handover;
  readonly redisPrefix: string;
  readonly redis: ReturnType<typeof connectRedis>;
  readonly tenantId: string;
  readonly startWorker: <Catalog extends JobCatalog>(
    jobs: Catalog,
    processors: Processors<Catalog>,
    options?: { readonly concurrency?: number },
  ) => Promise<RunWorker>;
  readonly enqueue: (definition: JobDefinition, input?: object) => Promise<Run>;
  /** The run as stored now. */
  readonly read: (runId: string) => Promise<Run>;
  /** The run once it is in this state. */
  readonly until: (runId: string, state: RunState, timeoutMs?: number) => Promise<Run>;
  readonly member: (role: "agent" | "supervisor" | "admin", subject?: string) => Caller;
  /** Empties the test's corner of Redis. */
  readonly emptyRedis: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

export const connectionsMax = 12;

/** One database for a test file; each test gets a setting of its own over emptied tables. */
export async function createRunWorld() {
  const testDatabase = await createTestDatabase();
  const database = connectDatabase({ url: testDatabase.url, connectionsMax, applicationName: "runs-test" });
  let setting: RunSetting | undefined;
  return {
    database,
    url: testDatabase.url,
    async begin(redisUrl?: string): Promise<RunSetting> {
      setting = await createSetting(database, redisUrl);
      return setting;
    },
    async reset(): Promise<void> {
      await setting?.stop();
      setting = undefined;
      await database.sql`truncate job_runs, workers, queue_pauses cascade`;
    },
    async drop(): Promise<void> {
      await database.close();
      await testDatabase.drop();
    },
  };
}

async function createSetting(database: Database, redisUrl: string | undefined): Promise<RunSetting> {
  const corner = createRedisPrefix();
  const url = redisUrl ?? corner.url;
  const redisPrefix = corner.prefix;
  const redis = connectRedis(url, "producer", quiet);
  const blocking = connectRedis(url, "worker", quiet);
  if (redisUrl === undefined) {
    await eventually(() => {
      if (redis.status !== "ready") throw new Error("Redis is not ready");
    });
  }
  const handover = new Handover(redis, redisPrefix, () => undefined);
  const publisher = createPublisher(redis, redisPrefix, () => undefined);
  const service = new RunService({ database, handover, publisher, log: quiet });
  const tenantId = randomUUID();
  await database.sql`insert into tenants (id, name) values (${tenantId}, ${`tenant ${tenantId}`})`;
  const workers: RunWorker[] = [];

  const read = async (runId: string): Promise<Run> => {
    const run = await asEngine(database, (tx) => readRun(tx, runId));
    if (run === null) throw new Error(`there is no run ${runId}`);
    return run;
  };
  return {
    service,
    handover,
    redisPrefix,
    redis,
    tenantId,
    read,
    async startWorker(jobs, processors, options = {}) {
      const worker = await startRunWorker({
        jobs,
        processors,
        database,
        redis: blocking,
        producer: redis,
        redisPrefix,
        handover,
        publisher,
        concurrency: { analytics: options.concurrency ?? 4 },
        version: "test",
        log: quiet,
      });
      workers.push(worker);
      return worker;
    },
    enqueue: (definition, input = {}) => service.enqueue({ definition, input, tenantId, createdBy: "ann" }),
    until: (runId, state, timeoutMs = 10_000) =>
      eventually(
        async () => {
          const run = await read(runId);
          if (run.state !== state) throw new Error(`${run.state}, not ${state}: ${JSON.stringify(run)}`);
          return run;
        },
        { timeoutMs },
      ),
    member: (role, subject = "ann") => ({ role, subject, tenantId, readOnly: false, expiresAtMs: null }),
    emptyRedis: () => corner.clear(),
    async stop() {
      await Promise.all(workers.map((worker) => worker.stop(0)));
      await service.stop();
      if (redisUrl === undefined) await corner.clear();
      redis.disconnect();
      blocking.disconnect();
    },
  };
}

const operating = { role: "operator", subject: "olga", tenantId: null, expiresAtMs: null } as const;
export const operator: Caller = { ...operating, readOnly: false };
export const readOnlyOperator: Caller = { ...operating, readOnly: true };
