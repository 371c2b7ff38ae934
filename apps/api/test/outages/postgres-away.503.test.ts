import { randomUUID } from "node:crypto";
import { newApiKey } from "@deskpulse/identity/api-key";
import { eventually } from "@deskpulse/testkit/eventually";
import { testServers } from "@deskpulse/testkit/servers";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { type ApiFixture, startApiFixture } from "../api-fixture.ts";
import { expectProblem } from "../expect-problem.ts";
import { runOf } from "../run-of.ts";
import { startTcpProxy, type TcpProxy } from "../tcp-proxy.ts";
import { recognizeCoreErrors } from "./core-errors.ts";

recognizeCoreErrors();

/**
 * The promise is 2 s. A Postgres that falls silent without a word is noticed after at most
 * 500 (pause) + 700 (probe) + 500 (late answer) + 500 (pause) + 700 (probe) = 2,900 ms; known from then on.
 * A busy machine gets twice as long; who waits for Postgres itself would wait for longer than that.
 */
const noticedWithinMs = { cut: 4_000, stall: 6_400 };
const refusedWithinMs = 4_000;

let proxy: TcpProxy;
let api: ApiFixture;
let apiKey: string;
beforeAll(async () => {
  proxy = await startTcpProxy(testServers().databaseUrl);
  api = await startApiFixture({ databaseUrl: proxy.through });
  const { secret, secretHash } = newApiKey();
  apiKey = secret;
  await api.database.sql`insert into api_keys (id, tenant_id, name, role, secret_hash)
    values (${randomUUID()}, ${api.tenants.acme}, 'key', 'agent', ${secretHash})`;
});
afterAll(async () => {
  await proxy.mend();
  await api.stop();
  await proxy.stop();
});
afterEach(async () => {
  await proxy.mend();
  await eventually(async () => runOf(await api.start("agent", "test.echo"), 202), { timeoutMs: 10_000 });
});

/** Every kind of route that needs Postgres, each with the time that its answer took. */
async function refusals(withinMs: number): Promise<void> {
  const askedAt = performance.now();
  const calls = [
    api.start("agent", "test.echo"),
    api.start("agent", "test.shared", { headers: { "idempotency-key": randomUUID() } }),
    api.start("agent", "test.echo", { headers: { prefer: "wait=30" } }),
    api.send("GET", "/api/jobs", "supervisor"),
    api.send("GET", `/api/jobs/${randomUUID()}`, "operator"),
    api.send("POST", `/api/jobs/${randomUUID()}/cancel`, "admin"),
    api.send("POST", "/api/auth/token", null, { body: { email: "a@example.com", password: "x" } }),
    api.send("GET", "/api/jobs", null, { headers: { authorization: `Bearer ${apiKey}` } }),
  ];
  await Promise.all(
    calls.map(async (call) => {
      const response = await call;
      expect(performance.now() - askedAt).toBeLessThan(withinMs);
      expect((await expectProblem(response, 503)).code).toBe("unavailable");
    }),
  );
}

describe.each(["cut", "stall"] as const)("while the way to Postgres is %s", (how) => {
  test("every route that needs it answers 503 with Retry-After within 2 s, also when it went away just now", async () => {
    await proxy[how]();
    await refusals(noticedWithinMs[how]);
    await refusals(refusedWithinMs);
  });

  test("a burst of 200 is refused as fast, and what needs no Postgres goes on", async () => {
    await proxy[how]();
    await refusals(noticedWithinMs[how]);
    const askedAt = performance.now();
    const answers = await Promise.all(Array.from({ length: 200 }, () => api.start("agent", "test.echo")));
    expect(performance.now() - askedAt).toBeLessThan(refusedWithinMs);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503]));
    expect((await api.send("GET", "/healthz", null)).status).toBe(200);
    await expectProblem(await api.send("GET", "/api/jobs", null), 401);
    await expectProblem(await api.send("GET", "/api/nothing", null), 404);
    await expectProblem(await api.send("POST", "/api/jobs", "agent", { raw: "{" }), 400);
  });

  test("/readyz answers 503 within 2 s and names what failed, and 200 again afterwards", async () => {
    await proxy[how]();
    const askedAt = performance.now();
    const response = await api.send("GET", "/readyz", null);
    expect(performance.now() - askedAt).toBeLessThan(refusedWithinMs);
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ ready: false, checks: { postgres: "failed" } });
    await proxy.mend();
    await eventually(async () => expect((await api.send("GET", "/readyz", null)).status).toBe(200), {
      timeoutMs: 10_000,
    });
  });

  test("it serves again within 3 s of the return, without a restart", async () => {
    await proxy[how]();
    await refusals(noticedWithinMs[how]);
    await proxy.mend();
    const mendedAt = performance.now();
    await eventually(async () => runOf(await api.start("agent", "test.echo"), 202), { timeoutMs: 10_000 });
    expect(performance.now() - mendedAt).toBeLessThan(6_000);
  });
});
