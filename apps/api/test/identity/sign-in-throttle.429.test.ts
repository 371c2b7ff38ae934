import { hashPassword } from "@deskpulse/identity/password";
import { testServers } from "@deskpulse/testkit/servers";
import { afterEach, describe, expect, test } from "@jest/globals";
import { type ApiFixture, addUser, startApiFixture } from "../api-fixture.ts";
import { expectProblem } from "../expect-problem.ts";
import { startTcpProxy } from "../tcp-proxy.ts";

const password = "correct horse battery staple";
const running: ApiFixture[] = [];
afterEach(async () => {
  for (const api of running.splice(0)) await api.stop();
});

async function start(variables: Record<string, string>, redisUrl?: (url: string) => string): Promise<ApiFixture> {
  const api = await startApiFixture({ variables, ...(redisUrl === undefined ? {} : { redisUrl }) });
  running.push(api);
  const passwordHash = await hashPassword(password);
  const memberships = [[api.tenants.acme, "agent"]] as const;
  for (const email of ["ann@example.com", "bob@example.com"]) {
    await addUser(api.database, { email, passwordHash, memberships });
  }
  return api;
}
const signIn = (api: ApiFixture, email: string, given: string) =>
  api.send("POST", "/api/auth/token", null, { body: { email, password: given } });
const statuses = async (api: ApiFixture, attempts: readonly (readonly [string, string])[]): Promise<number[]> => {
  const seen: number[] = [];
  for (const [email, given] of attempts) seen.push((await signIn(api, email, given)).status);
  return seen;
};
const wrong = (email: string, times: number) => Array.from({ length: times }, () => [email, "wrong"] as const);

describe("POST /api/auth/token answers 429", () => {
  test("after too many failures of an account, known or not in the same words, and to nobody else", async () => {
    const api = await start({ SIGN_IN_FAILURES_PER_ACCOUNT: "3" });
    const texts = new Set<string>();
    for (const email of ["ann@example.com", "nobody@example.com"]) {
      expect(await statuses(api, wrong(email, 3))).toEqual([401, 401, 401]);
      const refused = await signIn(api, email.toUpperCase(), password);
      expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
      texts.add((await expectProblem(refused, 429)).detail);
    }
    expect(texts.size).toBe(1);
    expect((await signIn(api, "bob@example.com", password)).status).toBe(200);
  });

  test("after too many failures from an address, over all accounts", async () => {
    const api = await start({ SIGN_IN_FAILURES_PER_ADDRESS: "3" });
    const guesses = ["a@example.com", "b@example.com", "c@example.com"].flatMap((email) => wrong(email, 1));
    expect(await statuses(api, guesses)).toEqual([401, 401, 401]);
    await expectProblem(await signIn(api, "bob@example.com", password), 429);
  });

  test("to all but the first of many guesses at once", async () => {
    const api = await start({ SIGN_IN_FAILURES_PER_ACCOUNT: "3" });
    const seen = await Promise.all(wrong("ann@example.com", 20).map(([email, given]) => signIn(api, email, given)));
    expect(seen.map(({ status }) => status).sort()).toEqual([401, 401, 401, ...Array(17).fill(429)]);
  });

  test("also in a process that has only just started, because Redis remembers", async () => {
    const variables = { SIGN_IN_FAILURES_PER_ACCOUNT: "3", REDIS_PREFIX: `throttle-${process.pid}` };
    const first = await start(variables);
    await statuses(first, wrong("ann@example.com", 3));
    for (const api of running.splice(0)) await api.stop();
    const second = await start(variables);
    await expectProblem(await signIn(second, "ann@example.com", password), 429);
  });

  test("while Redis is away as well", async () => {
    const proxy = await startTcpProxy(testServers().redisUrl, { open: false });
    const api = await start({ SIGN_IN_FAILURES_PER_ACCOUNT: "2" }, (url) => proxy.through(url));
    expect(await statuses(api, wrong("ann@example.com", 3))).toEqual([401, 401, 429]);
    await proxy.stop();
  });
});

test("people who sign in rightly are never counted", async () => {
  const api = await start({ SIGN_IN_FAILURES_PER_ACCOUNT: "2", SIGN_IN_FAILURES_PER_ADDRESS: "2" });
  const right = Array.from({ length: 6 }, () => ["ann@example.com", password] as const);
  expect(await statuses(api, right)).toEqual(Array(6).fill(200));
});

test("POST /api/users/me/password answers 429 after too many wrong old passwords", async () => {
  const api = await start({ SIGN_IN_FAILURES_PER_ACCOUNT: "3" });
  const { accessToken } = (await (await signIn(api, "ann@example.com", password)).json()) as { accessToken: string };
  const change = (oldPassword: string) =>
    api.send("POST", "/api/users/me/password", null, {
      headers: { authorization: `Bearer ${accessToken}` },
      body: { oldPassword, newPassword: "quite another one" },
    });
  const seen: number[] = [];
  for (let n = 0; n < 3; n++) seen.push((await change("wrong")).status);
  expect(seen).toEqual([422, 422, 422]);
  const refused = await change(password);
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  await expectProblem(refused, 429);
});
