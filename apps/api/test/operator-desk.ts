import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { connectDatabase } from "@deskpulse/db/connect";
import type { NewRun } from "@deskpulse/db/jobs/insert-runs";
import { asEngine } from "@deskpulse/db/transaction";
import { hashPassword } from "@deskpulse/identity/password";
import { pruneRuns } from "@deskpulse/jobs/operations/prune-runs";
import { connectRedis } from "@deskpulse/process/redis";
import { createPublisher } from "@deskpulse/push/publisher";
import { deliveryId, Handover, queuePrefix } from "@deskpulse/runs/handover";
import { RunService } from "@deskpulse/runs/run-service";
import { cancelRun, pauseQueue, resumeQueue, retryRun, runNow } from "@deskpulse/runs/steer-run";
import { createTestDatabase } from "@deskpulse/testkit/database";
import { createRedisPrefix } from "@deskpulse/testkit/redis-prefix";
import { Worker } from "bullmq";
import express from "express";
import { RateLimitWindows } from "../src/http/rate-limit-windows.ts";
import { SignInThrottle } from "../src/identity/sign-in-throttle.ts";
import { deskPath } from "../src/operator/desk-paths.ts";
import { createOperatorDesk } from "../src/operator/operator-desk.ts";

export const password = "correct horse battery staple";
export const queueName = "operations";
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** An operator desk on a port of its own, over real runs, Postgres and Redis. */
export async function startDesk({ secureCookie = false, allowedOrigins = [] as readonly string[] } = {}) {
  const testDatabase = await createTestDatabase();
  const redisPrefix = createRedisPrefix();
  const database = connectDatabase({ url: testDatabase.url, connectionsMax: 5, applicationName: "operator-test" });
  const redis = connectRedis(redisPrefix.url, "producer", quiet);
  await new Promise<void>((resolve) => redis.once("ready", () => resolve()));
  const handover = new Handover(redis, redisPrefix.prefix, () => undefined);
  const publisher = createPublisher(redis, redisPrefix.prefix, () => undefined);
  const service = new RunService({ database, handover, publisher, log: quiet });
  const queue = handover.queue(queueName);
  const away = { redis: false };
  const limitWindows = new RateLimitWindows(redis, redisPrefix.prefix);

  const app = express();
  app.use(
    deskPath,
    createOperatorDesk({
      database,
      runs: {
        retryRun: (runId, actor) => retryRun(service, runId, actor),
        cancelRun: (runId, actor) => cancelRun(service, runId, actor),
        runNow: (runId, actor) => runNow(service, runId, actor),
        pauseQueue: (name, actor) => pauseQueue(service, name, actor),
        resumeQueue: (name, actor) => resumeQueue(service, name, actor),
      },
      queues: [handover.queue("analytics"), queue],
      isRedisReady: () => !away.redis,
      allowedOrigins,
      secureCookie,
      signIns: new SignInThrottle(limitWindows, { windowSeconds: 900, perAccount: 10, perAddress: 100 }),
      log: quiet,
    }),
  );
  const server = createServer(app).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  /** A request as a browser sends it from the desk's own pages, unless `headers` say otherwise. */
  function send(method: string, path: string, { cookie = "", headers = {}, body = "" } = {}): Promise<Response> {
    return fetch(origin + deskPath + path, {
      method,
      redirect: "manual",
      headers: { origin, cookie, ...headers },
      ...(body === "" ? {} : { body }),
    });
  }

  const form = { "content-type": "application/x-www-form-urlencoded" };
  const submitSignIn = (fields: Record<string, string>, headers: Record<string, string> = {}) =>
    send("POST", "/sign-in", { headers: { ...form, ...headers }, body: new URLSearchParams(fields).toString() });

  async function addOperator(email: string, operator: "full" | "read-only" | null): Promise<string> {
    const id = randomUUID();
    await database.sql`insert into users (id, name, email, password_hash, operator)
      values (${id}, ${`Name of ${email}`}, ${email}, ${await hashPassword(password)}, ${operator})`;
    return id;
  }

  async function signIn(email: string): Promise<string> {
    const response = await submitSignIn({ email, password });
    return response.headers.getSetCookie()[0]?.split(";")[0] ?? "";
  }

  /** A run that waits in Postgres and, as a job that is due in an hour, in BullMQ. */
  async function addDelayedRun(): Promise<NewRun & { readonly jobId: string }> {
    const request = { definition: pruneRuns, input: {}, tenantId: null, createdBy: "test" };
    const run = await asEngine(database, (tx) => service.enqueueIn(tx, request));
    if (run === null) throw new Error("the run was not stored");
    // The job's runs are shared; here several of them wait at once.
    await database.sql`update job_runs set sharing_key = null where id = ${run.id}`;
    await handover.add([{ ...run, handover: 1, runAtMs: Date.now() + 3_600_000 }]);
    return { ...run, jobId: deliveryId({ id: run.id, handover: 1 }) };
  }

  /** A run that failed for good, with its job among BullMQ's failed ones. */
  async function addFailedRun(): Promise<NewRun & { readonly jobId: string }> {
    const run = await addDelayedRun();
    const job = await queue.getJob(run.jobId);
    await job?.promote();
    await failDelivery(run.jobId);
    await database.sql`update job_runs set state = 'failed', finished_at = now() where id = ${run.id}`;
    return run;
  }

  /** Lets a worker fail at what waits, until it has failed at this job. */
  async function failDelivery(jobId: string): Promise<void> {
    const connection = connectRedis(redisPrefix.url, "worker", quiet);
    const fail = () => Promise.reject(new Error("broken"));
    const worker = new Worker(queueName, fail, { connection, prefix: queuePrefix(redisPrefix.prefix) });
    worker.on("error", () => undefined);
    await new Promise<void>((resolve) => worker.on("failed", (job) => (job?.id === jobId ? resolve() : undefined)));
    await worker.close();
    connection.disconnect();
  }

  const runState = async (runId: string) => {
    const [row] = await database.sql<{ state: string; handover: number }[]>`
      select state, handover from job_runs where id = ${runId}`;
    return row;
  };

  /** The audit log's newest row. */
  const lastAudit = async () => {
    const [row] = await database.sql<
      { actor: string; act: string; object: string; outcome: string; detail: Record<string, unknown> }[]
    >`select actor, act, object, outcome, detail from audit_log order by id desc limit 1`;
    return row;
  };

  async function stop(): Promise<void> {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await service.stop();
    await limitWindows.stop();
    await redisPrefix.clear();
    redis.disconnect();
    await database.close();
    await testDatabase.drop();
  }

  return {
    database,
    databaseUrl: testDatabase.url,
    origin,
    queue,
    redis,
    away,
    send,
    submitSignIn,
    addOperator,
    signIn,
    addDelayedRun,
    addFailedRun,
    runState,
    lastAudit,
    stop,
  };
}

export type Desk = Awaited<ReturnType<typeof startDesk>>;
