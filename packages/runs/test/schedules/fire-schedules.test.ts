import { randomUUID } from "node:crypto";
import { insertSchedule } from "@deskpulse/db/schedules/write-schedule";
import { asEngine } from "@deskpulse/db/transaction";
import type { CatchUpPolicy, OverlapPolicy } from "@deskpulse/domain/schedules/schedule";
import type { JobDefinition } from "@deskpulse/jobs/define-job";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { z } from "zod";
import { fireSchedules } from "../../src/schedules/fire-schedules.ts";
import { seedSchedules } from "../../src/schedules/seed-schedules.ts";
import { createRunWorld, gate, type RunSetting, testJob } from "../run-world.ts";

let world: Awaited<ReturnType<typeof createRunWorld>>;
beforeAll(async () => {
  world = await createRunWorld();
});
afterEach(async () => {
  await world.database.sql`truncate schedules cascade`;
  await world.reset();
});
afterAll(() => world.drop());

const task = testJob("test.task");
const shared = testJob("test.shared", { sharingKey: () => "one" });
const strict = testJob("test.strict", { request: z.strictObject({ n: z.int() }) });
const dated = testJob("test.dated", { prepare: (_, { nowMs, timezone }) => ({ nowMs, timezone }) });
// jsonb has no room for this character
const unstorable = testJob("test.unstorable", { prepare: () => ({ text: "\0" }) });
const known = new Map<string, JobDefinition>([task, shared, strict, dated, unstorable].map((job) => [job.name, job]));

interface Policies {
  readonly job?: JobDefinition;
  readonly catchUp?: CatchUpPolicy;
  readonly overlap?: OverlapPolicy;
  /** Every day, at this time, in UTC: hours and days are what a test can set back. */
  readonly cron?: string;
  readonly input?: unknown;
}

const hourMs = 3_600_000;
/** The last whole hour. */
const hour = (): number => Math.floor(Date.now() / hourMs) * hourMs;

/** A schedule whose first slot lies as far back as said. */
async function schedule({ tenantId }: RunSetting, dueAtMs: number, policies: Policies = {}): Promise<string> {
  const id = randomUUID();
  const { job = task, catchUp = "all", overlap = "queue", cron = "0 * * * *", input = {} } = policies;
  const times = { cron, timezone: "UTC", catchUp, overlap, priority: 7, enabled: true, nextAtMs: dueAtMs };
  const owned = { tenantId, name: "a schedule", job: job.name, input, createdBy: "ann" };
  await asEngine(world.database, (tx) => insertSchedule(tx, { id, ...owned, ...times }, 100));
  return id;
}

async function slotsOf(id: string): Promise<{ atMs: number; outcome: string; runId: string | null }[]> {
  const rows = await world.database.sql<{ slot_at: Date; outcome: string; run_id: string | null }[]>`
    select slot_at, outcome, run_id from schedule_runs where schedule_id = ${id} order by slot_at`;
  return rows.map(({ slot_at, outcome, run_id }) => ({ atMs: slot_at.getTime(), outcome, runId: run_id }));
}
const outcomesOf = async (id: string) => (await slotsOf(id)).map(({ outcome }) => outcome);
const fire = ({ service }: RunSetting) => fireSchedules(service, known);
const countRuns = async () => (await world.database.sql`select from job_runs`).length;

/** Lets a schedule be due again. */
const setBack = (id: string, dueAtMs: number) =>
  world.database.sql`update schedules set next_at = ${new Date(dueAtMs)} where id = ${id}`;

describe("what is due", () => {
  test("happens once, however many fire it at once, with its run and its next time", async () => {
    const setting = await world.begin();
    const ids = await Promise.all(
      Array.from({ length: 30 }, () => schedule(setting, hour() - 2 * hourMs, { overlap: "queue" })),
    );
    await Promise.all(Array.from({ length: 8 }, () => fire(setting)));
    await fire(setting);
    for (const id of ids) {
      const slots = await slotsOf(id);
      expect(slots.map(({ atMs }) => atMs)).toEqual([hour() - 2 * hourMs, hour() - hourMs, hour()]);
      expect(slots.map(({ outcome }) => outcome)).toEqual(["started", "queued", "queued"]);
      expect(await setting.read(slots[0]?.runId ?? "")).toMatchObject({
        job: "test.task",
        createdBy: "ann",
        priority: 7,
      });
    }
    expect(await countRuns()).toBe(30);
    const [next] = await world.database.sql<{ next: Date }[]>`select distinct next_at as next from schedules`;
    expect(next?.next.getTime()).toBe(hour() + hourMs);
  });

  test("happens once although its time was set back", async () => {
    const setting = await world.begin();
    const id = await schedule(setting, hour(), { overlap: "cancel" });
    await fire(setting);
    await setBack(id, hour());
    await fire(setting);
    expect(await outcomesOf(id)).toEqual(["started"]);
    expect(await countRuns()).toBe(1);
  });

  test("is left to those who know the job", async () => {
    const setting = await world.begin();
    const id = await schedule(setting, hour(), { job: testJob("test.unknown") });
    await fire(setting);
    expect(await outcomesOf(id)).toEqual([]);
    const [row] = await world.database.sql<{ next: Date }[]>`select next_at as next from schedules where id = ${id}`;
    expect(row?.next.getTime()).toBe(hour());
  });

  test("gets an input that moves with its slot, in the tenant's zone", async () => {
    const setting = await world.begin();
    const id = await schedule(setting, hour(), { job: dated, catchUp: "latest" });
    await fire(setting);
    const [slot] = await slotsOf(id);
    const [row] = await world.database.sql<{ input: unknown }[]>`
      select input from job_runs where id = ${slot?.runId ?? null}`;
    expect(row?.input).toEqual({ nowMs: hour(), timezone: "UTC" });
  });

  test("is refused on record when its input does not fit any more, and does not hold others up", async () => {
    const setting = await world.begin();
    const bad = await schedule(setting, hour(), { job: strict, input: { n: "one" } });
    const good = await schedule(setting, hour(), { job: strict, input: { n: 1 } });
    await fire(setting);
    expect(await outcomesOf(bad)).toEqual(["refused"]);
    expect(await outcomesOf(good)).toEqual(["started"]);
  });

  test("is refused on record when Postgres does not take its run, and does not hold others up", async () => {
    const setting = await world.begin();
    const bad = await schedule(setting, hour() - hourMs, { job: unstorable });
    const good = await schedule(setting, hour());
    await fire(setting);
    expect(await outcomesOf(bad)).toEqual(["refused", "refused"]);
    expect(await outcomesOf(good)).toEqual(["started"]);
  });

  test("is refused for good when its zone is not known any more, and does not hold others up", async () => {
    const setting = await world.begin();
    const bad = await schedule(setting, hour());
    await world.database.sql`update schedules set timezone = 'Mars/Olympus' where id = ${bad}`;
    const good = await schedule(setting, hour());
    await fire(setting);
    expect(await outcomesOf(bad)).toEqual(["refused"]);
    expect(await outcomesOf(good)).toEqual(["started"]);
    expect(await world.database.sql`select from schedules where id = ${bad} and next_at is null`).toHaveLength(1);
  });

  test("joins an equal run that is under way", async () => {
    const setting = await world.begin();
    const request = { definition: shared, input: {}, tenantId: setting.tenantId, createdBy: "bob" };
    const run = await setting.service.enqueue(request);
    const id = await schedule(setting, hour(), { job: shared });
    await fire(setting);
    expect(await slotsOf(id)).toEqual([{ atMs: hour(), outcome: "joined", runId: run.id }]);
  });
});

describe("slots that nobody was there to fire", () => {
  const due = () => hour() - 3 * hourMs;
  // a test that begins at a full hour would meet a slot that is on time
  const late = { cron: "0 0-23 * * *", overlap: "queue" } as const;
  const expected: Record<CatchUpPolicy, string[]> = {
    all: ["started", "queued", "queued", "queued"],
    latest: ["missed", "missed", "missed", "started"],
    none: ["missed", "missed", "missed", "missed"],
  };

  test.each(["all", "latest", "none"] as const)("happen as their policy %s says", async (catchUp) => {
    const setting = await world.begin();
    const id = await schedule(setting, due(), { ...late, catchUp });
    await fire(setting);
    const isOnTime = Date.now() - hour() < 15_000;
    if (!isOnTime) expect(await outcomesOf(id)).toEqual(expected[catchUp]);
    else expect((await outcomesOf(id)).at(-1)).toBe(catchUp === "all" ? "queued" : "started");
  });

  test("beyond the latest 1,000 stand on record as one", async () => {
    const setting = await world.begin();
    const first = Math.floor(Date.now() / 60_000) * 60_000 - 30 * 24 * hourMs;
    const id = await schedule(setting, first, { cron: "* * * * *", catchUp: "none" });
    await fire(setting);
    const slots = await slotsOf(id);
    expect(slots).toHaveLength(1_001);
    expect(slots[0]).toMatchObject({ atMs: first, outcome: "missed" });
    const [second] = slots.slice(1);
    expect((slots.at(-1)?.atMs ?? 0) - (second?.atMs ?? 0)).toBe(999 * 60_000);
  });
});

describe("a slot that comes while the former run is unfinished", () => {
  const secondSlot = async (setting: RunSetting, overlap: OverlapPolicy, job = task) => {
    const id = await schedule(setting, hour() - hourMs, { overlap, catchUp: "latest", job });
    await world.database
      .sql`update schedules set catch_up = 'all', next_at = ${new Date(hour() - hourMs)} where id = ${id}`;
    // the first alone: as if it were an hour ago
    await world.database
      .sql`update schedules set cron = ${`0 ${new Date(hour() - hourMs).getUTCHours()} * * *`} where id = ${id}`;
    await fire(setting);
    const [first] = await slotsOf(id);
    await world.database.sql`update schedules set cron = '0 * * * *', next_at = ${new Date(hour())} where id = ${id}`;
    return { id, firstRun: first?.runId ?? "" };
  };

  test("is skipped, on record", async () => {
    const setting = await world.begin();
    const { id } = await secondSlot(setting, "skip");
    await fire(setting);
    expect(await outcomesOf(id)).toEqual(["started", "skipped"]);
    expect(await countRuns()).toBe(1);
  });

  test("waits for its end, and starts once then", async () => {
    const setting = await world.begin();
    const { opened, open } = gate();
    await setting.startWorker({ task }, { task: () => opened.then(() => null) });
    const { id, firstRun } = await secondSlot(setting, "queue");
    await fire(setting);
    await setting.until(firstRun, "started");
    await Promise.all(Array.from({ length: 4 }, () => fire(setting)));
    expect(await outcomesOf(id)).toEqual(["started", "queued"]);
    open();
    await setting.until(firstRun, "completed");
    await Promise.all(Array.from({ length: 4 }, () => fire(setting)));
    const [, second] = await slotsOf(id);
    expect(second?.outcome).toBe("started");
    await setting.until(second?.runId ?? "", "completed");
    expect(await countRuns()).toBe(2);
  });

  test("goes on waiting while its schedule is disabled", async () => {
    const setting = await world.begin();
    const { id, firstRun } = await secondSlot(setting, "queue");
    await fire(setting);
    await world.database.sql`update schedules set enabled = false, next_at = null where id = ${id}`;
    await setting.startWorker({ task }, { task: () => Promise.resolve(null) });
    await setting.until(firstRun, "completed");
    await fire(setting);
    expect(await outcomesOf(id)).toEqual(["started", "queued"]);
    await world.database.sql`update schedules set enabled = true where id = ${id}`;
    await fire(setting);
    expect(await outcomesOf(id)).toEqual(["started", "started"]);
  });

  test("cancels a shared one that runs, and does not join it", async () => {
    const setting = await world.begin();
    const { opened, open } = gate();
    await setting.startWorker(
      { shared },
      {
        shared: ({ ctx: { signal } }) =>
          new Promise<null>((resolve, reject) => {
            signal.addEventListener("abort", () => reject(signal.reason));
            void opened.then(() => resolve(null));
          }),
      },
    );
    const { id, firstRun } = await secondSlot(setting, "cancel", shared);
    await setting.until(firstRun, "started");
    await fire(setting);
    const [, second] = await slotsOf(id);
    expect(second?.outcome).toBe("started");
    expect(second?.runId).not.toBe(firstRun);
    await setting.until(firstRun, "cancelled");
    open();
    await setting.until(second?.runId ?? "", "completed");
  });

  test("cancels it, whether it waits or runs", async () => {
    const setting = await world.begin();
    const { id, firstRun } = await secondSlot(setting, "cancel");
    await fire(setting);
    expect(await setting.until(firstRun, "cancelled")).toMatchObject({ problem: { code: "cancelled" } });
    const [, second] = await slotsOf(id);
    expect((await setting.read(second?.runId ?? "")).state).toBe("queued");
  });
});

test("the schedule of a job is there once, and stays as the operator switched it", async () => {
  await world.begin();
  const times = { timezone: "UTC", input: {}, catchUp: "latest", overlap: "skip" } as const;
  const daily = testJob("test.daily", { role: "operator", schedule: { ...times, cron: "17 3 * * *" } });
  await Promise.all(Array.from({ length: 5 }, () => seedSchedules(world.database, [daily, task])));
  const read = () => world.database.sql`select job, cron, enabled, built_in, next_at is null as off from schedules`;
  expect(await read()).toEqual([{ job: "test.daily", cron: "17 3 * * *", enabled: true, built_in: true, off: false }]);
  await world.database.sql`update schedules set enabled = false, next_at = null`;
  const moved = testJob("test.daily", { role: "operator", schedule: { ...times, cron: "18 4 * * *" } });
  await seedSchedules(world.database, [moved]);
  expect(await read()).toEqual([{ job: "test.daily", cron: "18 4 * * *", enabled: false, built_in: true, off: true }]);
});
