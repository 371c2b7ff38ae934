import { randomUUID } from "node:crypto";
import { Cache } from "@deskpulse/cache/cache";
import { Demand } from "@deskpulse/cache/demand";
import { ReportCache } from "@deskpulse/cache/report-cache";
import { connectDatabase } from "@deskpulse/db/connect";
import { readRun } from "@deskpulse/db/jobs/read-run";
import { asEngine } from "@deskpulse/db/transaction";
import { relativeRequest } from "@deskpulse/domain/analytics/relative-request";
import { reportRequest } from "@deskpulse/domain/analytics/report-request";
import { cacheNamespaces } from "@deskpulse/domain/performance/cache-namespaces";
import type { Run } from "@deskpulse/domain/runs/run";
import { isFinal } from "@deskpulse/domain/runs/run-state";
import { jobs } from "@deskpulse/jobs/catalog";
import type { JobDefinition } from "@deskpulse/jobs/define-job";
import { createLogger } from "@deskpulse/process/logger";
import { connectRedis } from "@deskpulse/process/redis";
import { createPublisher } from "@deskpulse/push/publisher";
import { Handover } from "@deskpulse/runs/handover";
import { sharingKeyOf } from "@deskpulse/runs/new-run";
import { RunService } from "@deskpulse/runs/run-service";
import { startShared } from "@deskpulse/runs/start-shared";
import { createTestDatabase } from "@deskpulse/testkit/database";
import { eventually } from "@deskpulse/testkit/eventually";
import { createRedisPrefix } from "@deskpulse/testkit/redis-prefix";
import { readWorkerConfig } from "../../src/config.ts";
import { runWorker } from "../../src/run-worker.ts";

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
export const zone = "Asia/Kathmandu";

/** A whole worker process's parts over a database of its own, and what an API beside it would use. */
export async function createWarmWorld() {
  const testDatabase = await createTestDatabase();
  const corner = createRedisPrefix();
  const database = connectDatabase({ url: testDatabase.url, connectionsMax: 4, applicationName: "warm-test" });
  const config = readWorkerConfig({
    DATABASE_URL: testDatabase.url,
    REDIS_URL: corner.url,
    REDIS_PREFIX: corner.prefix,
    WORKER_PORT: "0",
    LOG_LEVEL: "silent",
  });
  const worker = await runWorker(config, createLogger("warm-test", config.LOG_LEVEL), "0.0.0");
  const producer = connectRedis(corner.url, "producer", quiet);
  const redis = connectRedis(corner.url, "cache", quiet);
  const namespaces = cacheNamespaces;
  const cache = new Cache({ redis, redisPrefix: corner.prefix, namespaces, bytesMax: 64_000_000 });
  const reports = new ReportCache(cache);
  const demand = new Demand(redis, corner.prefix);
  const handover = new Handover(producer, corner.prefix, () => undefined);
  const publisher = createPublisher(producer, corner.prefix, () => undefined);
  const runs = new RunService({ database, handover, publisher, log: quiet });
  await eventually(() => {
    if (redis.status !== "ready" || producer.status !== "ready") throw new Error("Redis is not ready");
  });

  const until = (runId: string, timeoutMs = 15_000): Promise<Run> =>
    eventually(
      async () => {
        const run = await asEngine(database, (tx) => readRun(tx, runId));
        if (run === null || !isFinal(run.state)) throw new Error(`not ended: ${JSON.stringify(run)}`);
        return run;
      },
      { timeoutMs },
    );
  const requestOf = (tenantId: string, request: object, job: JobDefinition = jobs.conversations) => {
    const input = job.prepare?.(job.request.parse(request), { timezone: zone, nowMs: Date.now() });
    return { definition: job, input: job.input.parse(input), tenantId, createdBy: "ann" };
  };
  return {
    database,
    cache,
    reports,
    redis,
    prefix: corner.prefix,
    metrics: async (): Promise<string> => (await fetch(`http://127.0.0.1:${worker.port}/metrics`)).text(),
    async addTenant(): Promise<string> {
      const id = randomUUID();
      await database.sql`insert into tenants (id, name, timezone) values (${id}, ${`tenant ${id}`}, ${zone})`;
      return id;
    },
    /** As many people asked for this. */
    ask(tenantId: string, request: object, times: number, job: JobDefinition = jobs.conversations): void {
      const asked = relativeRequest(reportRequest.parse(request));
      for (let nth = 0; nth < times; nth++) demand.count(tenantId, job.name, asked);
    },
    /** Starts a run of this job once what was asked is counted. */
    async start(definition: JobDefinition, tenantId: string | null, input: object = {}): Promise<Run> {
      await demand.flush();
      return await startShared(
        runs,
        { definition, input: definition.input.parse(input), tenantId, createdBy: "ann" },
        0,
      );
    },
    startReport: (tenantId: string, request: object) => startShared(runs, requestOf(tenantId, request), 0),
    until,
    /** What the cache holds for a request, as old as an hour. */
    cached: (tenantId: string, request: object, job: JobDefinition = jobs.conversations) =>
      reports.read(tenantId, sharingKeyOf(requestOf(tenantId, request, job)) ?? "", 3_600),
    /** Inputs of the report runs of a tenant. */
    async reportRuns(tenantId: string): Promise<{ job: string; label: string | null }[]> {
      return await database.sql<{ job: string; label: string | null }[]>`
        select job, input->'filters'->'label'->>0 as label from job_runs
        where tenant_id = ${tenantId} and job like 'analytics.%' order by job, label`;
    },
    async stop(): Promise<void> {
      for (const part of worker.parts) await part.stop();
      await demand.stop();
      await cache.stop();
      await runs.stop();
      producer.disconnect();
      redis.disconnect();
      await corner.clear();
      await database.close();
      await testDatabase.drop();
    },
  };
}
export type WarmWorld = Awaited<ReturnType<typeof createWarmWorld>>;
