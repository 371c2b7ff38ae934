import { RunCancelledError, RunFailedError, RunTimedOutError } from "@deskpulse/client";
import { eventually } from "@deskpulse/testkit/eventually";
import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { problem, runExample, startClientFixture, watchedFetch } from "./client-fixture.ts";

let world: Awaited<ReturnType<typeof startClientFixture>>;
beforeAll(async () => {
  world = await startClientFixture();
  await world.startWorker();
});
afterEach(() => world.proxy.mend());
afterAll(() => world.stop());

/** No way to learn of a run but its events. */
const withoutStatusRoute = () =>
  watchedFetch((method, path) =>
    method === "GET" && path.startsWith("/api/jobs/") ? problem(503, "unavailable") : undefined,
  );
const runOf = async (text: string) => {
  const [row] = await world.database.sql<{ id: string; state: string }[]>`
    select id, state from job_runs where input->>'text' = ${text}`;
  if (row === undefined) throw new Error("not stored yet");
  return row;
};

test("a result arrives by push alone", async () => {
  const { fetch } = withoutStatusRoute();
  expect(await runExample(world.client({ fetch }), "test.echo", "by push")).toEqual({ text: "by push" });
});

test("a result arrives by reading alone where there is no realtime server", async () => {
  await world.proxy.cut();
  expect(await runExample(world.client(), "test.echo", "by reading")).toEqual({ text: "by reading" });
});

test("a result too large for an event is read", async () => {
  expect(await runExample(world.client(), "test.large", "x")).toBe("x".repeat(100_000));
});

test("many runs at once each get their own result over one socket", async () => {
  const client = world.client();
  const texts = Array.from({ length: 30 }, (_, index) => `one of many ${index}`);
  const results = await Promise.all(texts.map((text) => runExample(client, "test.echo", text)));
  expect(results).toEqual(texts.map((text) => ({ text })));
});

test("a failed run rejects with its problem", async () => {
  const failed = await runExample(world.client(), "test.hopeless", "this").catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(RunFailedError);
  expect(failed).toMatchObject({ code: "processor-error", detail: expect.stringContaining("never: this") });
});

test("progress is told, and a run that somebody cancels rejects", async () => {
  const told: unknown[] = [];
  const running = runExample(world.client({ fetch: withoutStatusRoute().fetch }), "test.endless", "to be cancelled", {
    onProgress: (share, note) => {
      told.push([share, note]);
      void runOf("to be cancelled").then(({ id }) => world.send("POST", `/api/jobs/${id}/cancel`, "admin"));
    },
  });
  await expect(running).rejects.toBeInstanceOf(RunCancelledError);
  expect(told).toEqual([[0.5, "half of it"]]);
});

test("the end is found by reading when the socket is killed in the middle", async () => {
  const running = runExample(world.client(), "test.endless", "cut off", {
    onProgress: () =>
      void world.proxy.cut().then(async () => {
        const { id } = await runOf("cut off");
        await world.send("POST", `/api/jobs/${id}/cancel`, "admin");
      }),
  });
  await expect(running).rejects.toBeInstanceOf(RunCancelledError);
});

test("the end is found by reading when the socket stands but its events are lost", async () => {
  const running = runExample(world.client({ statusEveryMs: 300 }), "test.endless", "stalled", {
    onProgress: () => {
      world.proxy.stall();
      void runOf("stalled").then(({ id }) => world.send("POST", `/api/jobs/${id}/cancel`, "admin"));
    },
  });
  await expect(running).rejects.toBeInstanceOf(RunCancelledError);
});

test("a socket that comes back is told what it missed", async () => {
  const { fetch } = withoutStatusRoute();
  const running = runExample(world.client({ fetch }), "test.endless", "back again", {
    onProgress: () =>
      void world.proxy.cut().then(async () => {
        const { id } = await runOf("back again");
        await world.send("POST", `/api/jobs/${id}/cancel`, "admin");
        await world.proxy.mend();
      }),
  });
  await expect(running).rejects.toBeInstanceOf(RunCancelledError);
});

test("a signal that fires cancels the run and rejects with its reason", async () => {
  const stop = new AbortController();
  const reason = new Error("changed my mind");
  const running = runExample(world.client(), "test.endless", "aborted", {
    signal: stop.signal,
    onProgress: () => stop.abort(reason),
  });
  await expect(running).rejects.toBe(reason);
  await eventually(async () => expect(await runOf("aborted")).toMatchObject({ state: "cancelled" }));
});

test("a signal that fires before the start is answered still cancels", async () => {
  const stop = new AbortController();
  const running = runExample(world.client(), "test.endless", "aborted early", { signal: stop.signal });
  stop.abort();
  await expect(running).rejects.toMatchObject({ name: "AbortError" });
  await eventually(async () => expect(await runOf("aborted early")).toMatchObject({ state: "cancelled" }));
});

test("a signal that has fired starts nothing", async () => {
  const before = await world.countRuns();
  await expect(runExample(world.client(), "test.echo", "x", { signal: AbortSignal.abort() })).rejects.toMatchObject({
    name: "AbortError",
  });
  expect(await world.countRuns()).toBe(before);
});

test("a run that takes too long goes on without its caller", async () => {
  const running = runExample(world.client(), "test.endless", "too long", { timeoutMs: 500 });
  const late = await running.catch((error: unknown) => error);
  const { id, state } = await runOf("too long");
  expect(late).toBeInstanceOf(RunTimedOutError);
  expect(late).toMatchObject({ runId: id });
  expect(state).toBe("started");
});

test("an operator names the tenant", async () => {
  const client = world.client();
  const operator = { token: world.tokens.operator };
  const run = runExample(world.client(operator), "test.echo", "for acme", { tenantId: world.tenants.acme });
  expect(await run).toEqual({ text: "for acme" });
  await expect(runExample(client, "test.echo", "x", { tenantId: world.tenants.birch })).rejects.toMatchObject({
    status: 404,
  });
});

test("what onProgress throws ends the waiting", async () => {
  const broken = new Error("in the caller's own code");
  const running = runExample(world.client(), "test.endless", "broken caller", {
    onProgress: () => {
      throw broken;
    },
  });
  await expect(running).rejects.toBe(broken);
});
