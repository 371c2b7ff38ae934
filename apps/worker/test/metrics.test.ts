import { randomUUID } from "node:crypto";
import { connectDatabase, type Database } from "@deskpulse/db/connect";
import { createLogger } from "@deskpulse/process/logger";
import { createTestDatabase, type TestDatabase } from "@deskpulse/testkit/database";
import { eventually } from "@deskpulse/testkit/eventually";
import { createRedisPrefix } from "@deskpulse/testkit/redis-prefix";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { Registry } from "prom-client";
import { readWorkerConfig } from "../src/config.ts";
import { measureQueues } from "../src/metrics.ts";
import { runWorker } from "../src/run-worker.ts";

let testDatabase: TestDatabase;
let database: Database;
beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = connectDatabase({ url: testDatabase.url, connectionsMax: 2, applicationName: "metrics-test" });
});
afterAll(async () => {
  await database.close();
  await testDatabase.drop();
});

async function addRun(dueInSeconds: number, claimedBy: string | null = null): Promise<void> {
  await database.sql`
    insert into job_runs (id, job, queue, state, input, created_by, created_at, run_at, claimed_by)
    values (${randomUUID()}, 'operations.prune-runs', 'operations', ${claimedBy === null ? "queued" : "started"}, '{}',
      'test', now() - interval '1 day', now() + ${dueInSeconds}::float8 * interval '1 second', ${claimedBy})`;
}

test("depths tell waiting, delayed and held runs apart, and age the longest waiting one", async () => {
  const [dead, living] = [randomUUID(), randomUUID()];
  await database.sql`insert into workers (id, hostname, pid, version, heartbeat_at) values
    (${dead}, 'gone', 1, 'v20', now() - interval '1 hour'), (${living}, 'here', 2, 'v20', now() + interval '1 hour')`;
  await addRun(-10);
  await addRun(-500, dead);
  await addRun(-900, living);
  for (const dueInSeconds of [60, 70, 80]) await addRun(dueInSeconds);
  const registry = new Registry();
  measureQueues(registry, database);
  const text = await registry.metrics();
  const figure = (name: string) =>
    Number(
      text
        .split("\n")
        .find((line) => line.startsWith(name))
        ?.split(" ")[1],
    );
  expect(figure('deskpulse_queue_runs{queue="operations",state="waiting"}')).toBe(2);
  expect(figure('deskpulse_queue_runs{queue="operations",state="delayed"}')).toBe(3);
  expect(figure('deskpulse_queue_runs{queue="operations",state="started"}')).toBe(1);
  expect(figure('deskpulse_queue_runs{queue="analytics",state="waiting"}')).toBe(0);
  expect(Math.round(figure('deskpulse_queue_oldest_due_seconds{queue="operations"}') / 10)).toBe(50);

  await addRun(-10);
  expect(await registry.metrics()).toBe(text); // a second scrape costs Postgres nothing
  await database.sql`truncate job_runs, workers cascade`;
});

test("an executed run is in the figures of its job, its queue and how it ended", async () => {
  const corner = createRedisPrefix();
  const config = readWorkerConfig({
    DATABASE_URL: testDatabase.url,
    REDIS_URL: corner.url,
    REDIS_PREFIX: corner.prefix,
    WORKER_PORT: "0",
    LOG_LEVEL: "silent",
  });
  await addRun(-30);
  const worker = await runWorker(config, createLogger("metrics-test", "silent"), "0.0.0");
  try {
    const text = await eventually(
      async () => {
        const shown = await (await fetch(`http://127.0.0.1:${worker.port}/metrics`)).text();
        expect(shown).toMatch(
          /^deskpulse_run_duration_seconds_count\{.*job="operations.prune-runs",outcome="completed".*\} 1$/m,
        );
        return shown;
      },
      { timeoutMs: 15_000 },
    );
    expect(text).toMatch(/^deskpulse_run_wait_seconds_count\{.*queue="operations".*\} 1$/m);
    expect(Number(/^deskpulse_run_wait_seconds_sum\{.*\} (\S+)$/m.exec(text)?.[1])).toBeGreaterThan(29);
    expect(text).toMatch(/^deskpulse_redis_up\{.*role="producer".*\} 1$/m);
  } finally {
    for (const part of worker.parts) await part.stop();
    await corner.clear();
  }
});
