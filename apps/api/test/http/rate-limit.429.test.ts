import { randomUUID } from "node:crypto";
import { eventually } from "@deskpulse/testkit/eventually";
import { testServers } from "@deskpulse/testkit/servers";
import { afterEach, describe, expect, test } from "@jest/globals";
import { type ApiFixture, startApiFixture, tokenFor } from "../api-fixture.ts";
import { expectProblem } from "../expect-problem.ts";
import { startTcpProxy, type TcpProxy } from "../tcp-proxy.ts";

const running: ApiFixture[] = [];
const proxies: TcpProxy[] = [];
afterEach(async () => {
  for (const api of running.splice(0)) await api.stop();
  for (const proxy of proxies.splice(0)) await proxy.stop();
});

/** An API with these limits in windows that last longer than the test. */
async function limited(variables: Record<string, string>, proxy?: TcpProxy): Promise<ApiFixture> {
  const api = await startApiFixture({
    variables: { RATE_LIMIT_WINDOW_SECONDS: "3600", ...variables },
    ...(proxy === undefined ? {} : { redisUrl: (url) => proxy.through(url) }),
  });
  running.push(api);
  return api;
}
async function proxied(): Promise<TcpProxy> {
  const proxy = await startTcpProxy(testServers().redisUrl);
  proxies.push(proxy);
  return proxy;
}
const statuses = async (calls: number, call: () => Promise<Response>): Promise<number[]> => {
  const seen: number[] = [];
  for (let n = 0; n < calls; n++) seen.push((await call()).status);
  return seen;
};

describe("requests beyond a limit are answered 429", () => {
  test("per caller, with what is left before and when to come again after", async () => {
    const api = await limited({ RATE_LIMIT_PER_CALLER: "3" });
    const ask = () => api.send("GET", "/api/jobs", "agent");
    const left: (string | null)[] = [];
    for (let n = 0; n < 3; n++) {
      const response = await ask();
      expect(response.status).toBe(200);
      left.push(/^"caller";r=(\d+);t=\d+$/.exec(response.headers.get("ratelimit") ?? "")?.[1] ?? null);
      expect(response.headers.get("ratelimit-policy")).toContain('"caller";q=3;w=3600');
      expect(response.headers.get("ratelimit-policy")).toContain('"tenant";q=600000;w=3600');
    }
    expect(left).toEqual(["2", "1", "0"]);
    const refused = await ask();
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(Number(refused.headers.get("retry-after"))).toBeLessThanOrEqual(3_600);
    expect(refused.headers.get("ratelimit")).toMatch(/^"caller";r=0;t=\d+$/);
    expect((await expectProblem(refused, 429)).code).toBe("too-many-requests");
    // others go on, also one of the same name in another tenant
    for (const who of ["otherAgent", "foreignNamesake", "operator"] as const) {
      expect((await api.send("GET", "/api/jobs", who)).status).toBe(200);
    }
  });

  test("per tenant, whoever of it calls; other tenants and operators go on", async () => {
    const api = await limited({ RATE_LIMIT_PER_TENANT: "2" });
    for (const who of ["agent", "supervisor"] as const)
      expect((await api.send("GET", "/api/jobs", who)).status).toBe(200);
    await expectProblem(await api.send("GET", "/api/jobs", "admin"), 429);
    for (const who of ["foreignAdmin", "operator"] as const)
      expect((await api.send("GET", "/api/jobs", who)).status).toBe(200);
  });

  test("per address before anyone is asked who it is; health and metrics are exempt", async () => {
    const api = await limited({ RATE_LIMIT_PER_ADDRESS: "2" });
    expect(await statuses(3, () => api.send("GET", "/api/jobs", null))).toEqual([401, 401, 429]);
    await expectProblem(await api.send("POST", "/api/auth/refresh", null, { body: { refreshToken: "x" } }), 429);
    for (const path of ["/healthz", "/readyz", "/metrics"]) expect((await fetch(api.origin + path)).status).toBe(200);
  });

  test("per address behind a trusted proxy, and no address is believed from anyone else", async () => {
    const trusting = await limited({ RATE_LIMIT_PER_ADDRESS: "1", TRUSTED_PROXIES: "127.0.0.1" });
    const plain = await limited({ RATE_LIMIT_PER_ADDRESS: "1" });
    const from = (api: ApiFixture, address: string) =>
      api.send("GET", "/api/jobs", "agent", { headers: { "x-forwarded-for": address } }).then(({ status }) => status);
    expect(await from(trusting, "192.0.2.1")).toBe(200);
    expect(await from(trusting, "192.0.2.2")).toBe(200);
    expect(await from(trusting, "192.0.2.1")).toBe(429);
    // whoever has one address of a /64 has them all
    expect(await from(trusting, "2001:db8:0:1::a")).toBe(200);
    expect(await from(trusting, "2001:db8:0:1:f::b")).toBe(429);
    expect(await from(trusting, "2001:db8:0:2::a")).toBe(200);
    expect([await from(plain, "192.0.2.1"), await from(plain, "192.0.2.2")]).toEqual([200, 429]);
  });

  test("by the plan's calls a day; tenants of another plan go on", async () => {
    const api = await limited({});
    const { acme } = api.tenants;
    await api.database.sql`update tenants set plan = 'free' where id = ${acme}`;
    const ask = () => api.send("GET", "/api/jobs", "agent");
    // the plan is read in the background of the first request
    const policy = async () => (await ask()).headers.get("ratelimit-policy");
    await eventually(async () => expect(await policy()).toContain('"plan";q=10000;w=86400'));
    const useUp = async () => {
      await Promise.all(Array.from({ length: 50 }, () => statuses(200, ask)));
      return await ask();
    };
    let refused = await useUp();
    // the quota of a new UTC day, when one has begun meanwhile
    if (refused.status === 200) refused = await useUp();
    expect(refused.headers.get("ratelimit")).toMatch(/^"plan";r=0;t=\d+$/);
    await expectProblem(refused, 429);
    expect((await api.send("GET", "/api/jobs", "foreignAdmin")).status).toBe(200);
  }, 120_000);
});

describe("processes that share Redis", () => {
  test("count together", async () => {
    const prefix = `shared-${randomUUID().slice(0, 8)}`;
    const variables = { REDIS_PREFIX: prefix, RATE_LIMIT_PER_CALLER: "10" };
    const [one, two] = [await limited(variables), await limited(variables)];
    const tenantId = one.tenants.acme;
    const authorization = `Bearer ${await tokenFor({ subject: "roamer", role: "agent", tenantId })}`;
    const at = (api: ApiFixture) => () => fetch(`${api.origin}/api/jobs`, { headers: { authorization } });
    expect(await statuses(6, at(one))).toEqual(Array(6).fill(200));
    // a count of one process is known to the others after its next round: a tenth of a second
    let askedAtTwo = 0;
    await eventually(async () => {
      const response = await at(two)();
      if (response.status === 200) askedAtTwo++;
      expect(response.status).toBe(429);
    });
    expect(askedAtTwo).toBeGreaterThanOrEqual(4);
    expect(askedAtTwo).toBeLessThanOrEqual(10);
    await eventually(async () => expect((await at(one)()).status).toBe(429));
  });
});

describe("while Redis is away", () => {
  test("limits hold in memory, and go on when it is back", async () => {
    const proxy = await proxied();
    const api = await limited({ RATE_LIMIT_PER_CALLER: "4" }, proxy);
    const ask = () => api.send("GET", "/api/jobs", "agent");
    expect(await statuses(2, ask)).toEqual([200, 200]);
    await proxy.cut();
    expect(await statuses(3, ask)).toEqual([200, 200, 429]);
    await proxy.mend();
    await eventually(async () => {
      const ready = (await (await fetch(`${api.origin}/readyz`)).json()) as { checks: { redis: string } };
      expect(ready.checks.redis).toBe("ok");
    });
    expect(await statuses(2, ask)).toEqual([429, 429]);
  });

  test("or slow, no request waits for it", async () => {
    const proxy = await proxied();
    const api = await limited({}, proxy);
    const ask = () => api.send("GET", "/api/jobs", "agent");
    await statuses(20, ask);
    proxy.stall();
    const startedAtMs = performance.now();
    expect(await statuses(20, ask)).toEqual(Array(20).fill(200));
    expect((performance.now() - startedAtMs) / 20).toBeLessThan(200);
    await proxy.mend();
  });
});
