import { jobs } from "@deskpulse/jobs/catalog";
import { eventually } from "@deskpulse/testkit/eventually";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { createWarmWorld, type WarmWorld } from "./warm-world.ts";

let world: WarmWorld;
beforeAll(async () => {
  world = await createWarmWorld();
});
afterAll(() => world.stop());

const labelled = (label: string) => ({ label: [label] });
async function resultOf(runId: string): Promise<typeof jobs.cacheWarmup.output._output> {
  const run = await world.until(runId);
  expect(run).toMatchObject({ state: "completed", problem: null });
  return jobs.cacheWarmup.output.parse(run.result);
}

test("computes what was asked for most and nothing else, as Postgres has it; a second time all is fresh already", async () => {
  const tenantId = await world.addTenant();
  world.ask(tenantId, labelled("seldom"), 1);
  world.ask(tenantId, labelled("often"), 7);
  world.ask(tenantId, {}, 5);
  world.ask(tenantId, labelled("often"), 3, jobs.responseTime);
  world.ask(tenantId, labelled("sometimes"), 2);
  const { id } = await world.start(jobs.cacheWarmup, tenantId, { limit: 3 });
  const result = await resultOf(id);
  expect(result).toMatchObject({
    demanded: 3,
    warmed: 3,
    skipped: 0,
    failed: 0,
    notReached: 0,
    failures: [],
    hitRateBefore: null,
    hitRateReplayedBefore: 0,
    hitRateAfter: 1,
  });
  expect(await world.reportRuns(tenantId)).toEqual([
    { job: "analytics.conversations", label: "often" },
    { job: "analytics.conversations", label: null },
    { job: "analytics.response-time", label: "often" },
  ]);
  const cached = await world.cached(tenantId, {});
  const [row] = await world.database.sql`select result from job_runs where id = ${cached?.runId ?? null}`;
  expect(cached?.json).toBe(JSON.stringify(row?.result));
  expect(await world.cached(tenantId, labelled("seldom"))).toBeNull();

  await world.cache.flush();
  const again = await resultOf((await world.start(jobs.cacheWarmup, tenantId, { limit: 3 })).id);
  // one hit and one miss of this test's own looks
  expect(again).toMatchObject({ warmed: 0, skipped: 3, bytes: 0, hitRateBefore: 0.5, hitRateReplayedBefore: 1 });
  expect(result.bytes).toBe(
    Number(await world.redis.hget(`${world.prefix}:cache:#totals`, `bytes|reports|${tenantId}`)),
  );
});

test("says what failed and why, and weighs the rate by how often each was asked", async () => {
  const tenantId = await world.addTenant();
  world.ask(tenantId, { timezone: "Mars/Olympus" }, 6);
  world.ask(tenantId, labelled("fine"), 3);
  const result = await resultOf((await world.start(jobs.cacheWarmup, tenantId)).id);
  expect(result).toMatchObject({ demanded: 2, warmed: 1, failed: 1, hitRateAfter: 3 / 9 });
  expect(result.failures).toEqual([
    { job: "analytics.conversations", reason: expect.stringContaining("Mars/Olympus") },
  ]);
});

test("ends with its budget; what it left under way is cached when it ends; a second call shares the run", async () => {
  const tenantId = await world.addTenant();
  for (let nth = 0; nth < 6; nth++) world.ask(tenantId, labelled(`slow-${nth}`), 6 - nth);
  const { sql } = world.database;
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  let locked = (): void => undefined;
  const isLocked = new Promise<void>((resolve) => {
    locked = resolve;
  });
  // reports wait for this lock
  const locking = sql.begin(async (tx) => {
    await tx`lock table conversations, measurements, messages in access exclusive mode`;
    locked();
    await released;
  });
  await isLocked;
  try {
    const run = await world.start(jobs.cacheWarmup, tenantId, { budgetSeconds: 1 });
    expect((await world.start(jobs.cacheWarmup, tenantId, { budgetSeconds: 60 })).id).toBe(run.id);
    const result = await resultOf(run.id);
    expect(result).toMatchObject({ demanded: 6, warmed: 0, skipped: 0, failed: 0, notReached: 6, hitRateAfter: 0 });
    expect(result.seconds).toBeLessThan(5);
    expect(await world.reportRuns(tenantId)).toHaveLength(4);
  } finally {
    release();
    await locking;
  }
  await eventually(async () => expect(await world.cached(tenantId, labelled("slow-0"))).not.toBeNull());
  expect(await world.cached(tenantId, labelled("slow-5"))).toBeNull();
});

test("for all tenants takes the demand of all together, and keeps each in its own place", async () => {
  const [one, other] = [await world.addTenant(), await world.addTenant()];
  world.ask(one, labelled("both"), 50);
  world.ask(other, labelled("both"), 40);
  world.ask(other, labelled("rare"), 1);
  const result = await resultOf((await world.start(jobs.cacheWarmup, null, { limit: 2 })).id);
  expect(result).toMatchObject({ demanded: 2, warmed: 2, hitRateAfter: 1 });
  const [mine, theirs] = [await world.cached(one, labelled("both")), await world.cached(other, labelled("both"))];
  expect(mine?.runId).toBeDefined();
  expect(theirs?.runId).toBeDefined();
  expect(mine?.runId).not.toBe(theirs?.runId);
  expect(await world.cached(other, labelled("rare"))).toBeNull();
});

test("every report run is cached when it ends, before anyone hears of its end", async () => {
  const tenantId = await world.addTenant();
  const { id } = await world.startReport(tenantId, labelled("asked"));
  await world.until(id);
  await eventually(async () => expect((await world.cached(tenantId, labelled("asked")))?.runId).toBe(id));
  const { id: newer } = await world.startReport(tenantId, labelled("asked"));
  expect(newer).not.toBe(id);
  await world.until(newer);
  await eventually(async () => expect((await world.cached(tenantId, labelled("asked")))?.runId).toBe(newer));
});

test("clearing empties the tenant's cache through a worker, and says what it freed", async () => {
  const [one, other] = [await world.addTenant(), await world.addTenant()];
  for (const tenantId of [one, other]) {
    await world.until((await world.startReport(tenantId, labelled("kept"))).id);
    await eventually(async () => expect(await world.cached(tenantId, labelled("kept"))).not.toBeNull());
  }
  const gentle = await world.until((await world.start(jobs.cacheClear, one)).id);
  expect(gentle).toMatchObject({ state: "completed", result: { keysFreed: 0, bytesFreed: 0 } });
  const cleared = await world.until((await world.start(jobs.cacheClear, one, { scope: "all" })).id);
  expect(cleared).toMatchObject({ state: "completed", result: { keysFreed: 1, freed: { current: 1, stale: 0 } } });
  expect(await world.cached(one, labelled("kept"))).toBeNull();
  expect(await world.cached(other, labelled("kept"))).not.toBeNull();
});

test("workers count evictions and looks in their metrics, without tenants", async () => {
  const text = await world.metrics();
  expect(text).toContain("deskpulse_cache_requests_total");
  expect(text).toContain("deskpulse_cache_evictions_total");
  expect(text).not.toMatch(/deskpulse_cache\S*tenant/);
});
