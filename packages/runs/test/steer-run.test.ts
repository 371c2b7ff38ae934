import { canonicalJson } from "@deskpulse/domain/json";
import { eventually } from "@deskpulse/testkit/eventually";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { startShared } from "../src/start-shared.ts";
import { retryRun, runNow } from "../src/steer-run.ts";
import { UnrecoverableError } from "../src/worker/processor.ts";
import { createRunWorld, gate, type RunSetting, testJob } from "./run-world.ts";

let world: Awaited<ReturnType<typeof createRunWorld>>;
let setting: RunSetting;
beforeAll(async () => {
  world = await createRunWorld();
});
beforeEach(async () => {
  setting = await world.begin();
});
afterEach(() => world.reset());
afterAll(() => world.drop());

describe("retrying by hand", () => {
  test("starts a failed run anew with all its attempts, and keeps what went wrong", async () => {
    let broken = true;
    const task = testJob("test.task");
    await setting.startWorker(
      { task },
      {
        task: async () => {
          if (broken) throw new UnrecoverableError("the inbox is gone");
          return { ok: true };
        },
      },
    );
    const { id } = await setting.enqueue(task);
    await setting.until(id, "failed");
    broken = false;
    expect(await retryRun(setting.service, id, setting.member("agent"))).toMatchObject({
      state: "queued",
      attempts: 0,
    });
    const run = await setting.until(id, "completed");
    expect(run).toMatchObject({ starts: 2, attempts: 0, problem: null, result: { ok: true } });
    expect(run.errors.map(({ message }) => message)).toEqual(["the inbox is gone"]);
  });

  test("is refused for a run that completed or is under way", async () => {
    const task = testJob("test.task");
    const { id } = await setting.enqueue(task);
    await expect(retryRun(setting.service, id, setting.member("agent"))).rejects.toMatchObject({ code: "conflict" });
    await setting.startWorker({ task }, { task: async () => null });
    await setting.until(id, "completed");
    await expect(retryRun(setting.service, id, setting.member("agent"))).rejects.toMatchObject({ code: "conflict" });
    expect((await setting.read(id)).starts).toBe(1);
  });

  test("is a conflict while an equal shared run is under way", async () => {
    const shared = testJob("test.shared", { sharingKey: canonicalJson });
    const failed = await setting.enqueue(shared);
    await world.database.sql`update job_runs set state = 'failed', finished_at = now() where id = ${failed.id}`;
    await setting.enqueue(shared);
    await expect(retryRun(setting.service, failed.id, setting.member("agent"))).rejects.toMatchObject({
      code: "conflict",
    });
  });
});

test("run-now starts a run that waits for its next attempt", async () => {
  const patient = testJob("test.patient", { backoffMs: () => 3_600_000 });
  await setting.startWorker(
    { patient },
    {
      patient: async ({ ctx }) => {
        if (ctx.attempt === 1) throw new Error("not yet");
        return null;
      },
    },
  );
  const { id } = await setting.enqueue(patient);
  await eventually(async () => expect(await setting.read(id)).toMatchObject({ state: "queued", attempts: 1 }));
  await runNow(setting.service, id, setting.member("agent"));
  expect(await setting.until(id, "completed")).toMatchObject({ starts: 2, attempts: 1 });
});

describe("shared runs", () => {
  const shared = testJob("test.shared", { sharingKey: canonicalJson });
  const ask = (input: object, maxAgeSeconds = 0, tenantId: string | null = setting.tenantId) =>
    startShared(setting.service, { definition: shared, input, tenantId, createdBy: "ann" }, maxAgeSeconds);

  test("100 equal requests at once make one run", async () => {
    const runs = await Promise.all(Array.from({ length: 100 }, () => ask({ range: "may" })));
    expect(new Set(runs.map(({ id }) => id)).size).toBe(1);
    expect(await world.database.sql`select from job_runs`).toHaveLength(1);
  });

  test("other inputs, and operators' own, have runs of their own", async () => {
    const runs = await Promise.all([ask({ range: "may" }), ask({ range: "june" }), ask({ range: "may" }, 0, null)]);
    expect(new Set(runs.map(({ id }) => id)).size).toBe(3);
    expect((await ask({ range: "may" }, 0, null)).id).toBe(runs[2]?.id);
  });

  test("a stored result answers while it is young enough", async () => {
    await setting.startWorker({ shared }, { shared: async () => ({ ok: true }) });
    const first = await ask({ range: "may" });
    await setting.until(first.id, "completed");
    expect(await ask({ range: "may" }, 60)).toMatchObject({ id: first.id, state: "completed", result: { ok: true } });
    expect((await ask({ range: "may" }, 0)).id).not.toBe(first.id);
  });

  test("a failed run answers nobody", async () => {
    const first = await ask({ range: "may" });
    await world.database.sql`update job_runs set state = 'failed', finished_at = now() where id = ${first.id}`;
    expect((await ask({ range: "may" }, 60)).id).not.toBe(first.id);
  });
});

describe("an orderly stop", () => {
  test("waits for what ends in time", async () => {
    const [inside, onwards] = [gate(), gate()];
    const task = testJob("test.task");
    const worker = await setting.startWorker(
      { task },
      {
        task: async () => {
          inside.open();
          await onwards.opened;
          return { ok: true };
        },
      },
    );
    const { id } = await setting.enqueue(task);
    await inside.opened;
    const stopped = worker.stop(10_000);
    onwards.open();
    await stopped;
    expect(await setting.read(id)).toMatchObject({ state: "completed", starts: 1 });
  });

  test("gives back what does not, for others to take at once; the start is forgiven", async () => {
    const inside = gate();
    const task = testJob("test.task");
    const worker = await setting.startWorker(
      { task },
      {
        task: ({ ctx }) => {
          inside.open();
          return new Promise((_resolve, reject) =>
            ctx.signal.addEventListener("abort", () => reject(new Error("words of the processor's own"))),
          );
        },
      },
    );
    const { id } = await setting.enqueue(task);
    await inside.opened;
    await worker.stop(0);
    expect(await setting.read(id)).toMatchObject({ state: "queued", starts: 1, attempts: 0, errors: [] });
    const [row] = await world.database.sql<{ starts_forgiven: number; workers: number }[]>`
      select starts_forgiven, (select count(*)::int from workers) as workers from job_runs where id = ${id}`;
    expect(row).toEqual({ starts_forgiven: 1, workers: 0 });
    await setting.startWorker({ task }, { task: async () => ({ by: "another" }) });
    expect(await setting.until(id, "completed", 3_000)).toMatchObject({ starts: 2, result: { by: "another" } });
  });
});
