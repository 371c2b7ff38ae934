import { eventually } from "@deskpulse/testkit/eventually";
import { testServers } from "@deskpulse/testkit/servers";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type ApiFixture, startApiFixture } from "../api-fixture.ts";
import { runOf } from "../run-of.ts";
import { startTcpProxy, type TcpProxy } from "../tcp-proxy.ts";

let proxy: TcpProxy;
let api: ApiFixture;
afterAll(async () => {
  await proxy.mend();
  await api.stop();
  await proxy.stop();
});
beforeAll(async () => {
  proxy = await startTcpProxy(testServers().redisUrl, { open: false });
  api = await startApiFixture({ redisUrl: proxy.through });
});

const readiness = async () => {
  const response = await api.send("GET", "/readyz", null);
  return { status: response.status, body: await response.json() };
};
const degraded = { status: 200, body: { ready: true, checks: { postgres: "ok", redis: "degraded" } } };

/** Starts runs and says how they were accepted: at once, although Redis is away. */
async function startSome(text: string): Promise<string[]> {
  const askedAt = performance.now();
  const runs = await Promise.all(
    Array.from({ length: 10 }, async () => (await runOf(await api.start("agent", "test.echo", { text }), 202)).id),
  );
  const keyed = await api.start("agent", "test.shared", {
    text,
    headers: { "idempotency-key": text.replaceAll(" ", "-") },
  });
  runs.push((await runOf(keyed, 202)).id);
  // twice the promise: the machine that tests may be busy
  expect(performance.now() - askedAt).toBeLessThan(4_000);
  return runs;
}

async function expectRunOnce(ids: readonly string[]): Promise<void> {
  await eventually(
    async () => {
      const rows = await api.database.sql<{ state: string; starts: number }[]>`
        select state, starts from job_runs where id in ${api.database.sql(ids)}`;
      expect(rows.map(({ state }) => state)).toEqual(ids.map(() => "completed"));
      expect(rows.map(({ starts }) => starts)).toEqual(ids.map(() => 1));
    },
    { timeoutMs: 20_000 },
  );
}

// One story: the tests stand in its order.
describe("while Redis is away", () => {
  let waiting: string[] = [];

  test("from the start, the API accepts runs, says that it is degraded, and lists, reads and cancels", async () => {
    expect(await readiness()).toEqual(degraded);
    waiting = await startSome("accepted before Redis was there");
    const [first = ""] = waiting;
    expect((await api.send("GET", "/api/jobs", "agent")).status).toBe(200);
    expect((await api.send("GET", `/api/jobs/${first}`, "agent")).status).toBe(200);
    const { id } = await runOf(await api.start("agent", "test.echo"), 202);
    const cancelled = await runOf(await api.send("POST", `/api/jobs/${id}/cancel`, "agent"), 202);
    expect(cancelled.state).toBe("cancelled");
    expect((await runOf(await api.send("POST", `/api/jobs/${id}/retry`, "agent"), 202)).state).toBe("queued");
    waiting.push(id);
  });

  test("once it is there, every accepted run runs once", async () => {
    await proxy.mend();
    await api.startWorker();
    await expectRunOnce(waiting);
    await eventually(async () => expect((await readiness()).body).toMatchObject({ checks: { redis: "ok" } }));
  });

  test("later, cut off, it accepts as before, and the runs run although the API cannot hand them over", async () => {
    await proxy.cut();
    await eventually(async () => expect(await readiness()).toEqual(degraded));
    await expectRunOnce(await startSome("accepted while Redis was cut off"));
  });

  test("silent instead of gone, it accepts as fast", async () => {
    await proxy.mend();
    await eventually(async () => expect((await readiness()).body).toMatchObject({ checks: { redis: "ok" } }));
    proxy.stall();
    await expectRunOnce(await startSome("accepted while Redis was silent"));
  });

  test("a call that waits is answered even so: the end is read from Postgres", async () => {
    const run = await runOf(await api.start("agent", "test.echo", { headers: { prefer: "wait=20" } }), 200);
    expect(run.state).toBe("completed");
  });

  test("back again, it takes part at once", async () => {
    await proxy.mend();
    await eventually(async () => expect((await readiness()).body).toMatchObject({ checks: { redis: "ok" } }), {
      timeoutMs: 10_000,
    });
    await runOf(await api.start("agent", "test.echo", { headers: { prefer: "wait=20" } }), 200);
  });
});
