import { createClient, DeskpulseError, type Tokens } from "@deskpulse/client";
import { hashPassword } from "@deskpulse/identity/password";
import { eventually } from "@deskpulse/testkit/eventually";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { addUser, tokenFor } from "../api-fixture.ts";
import { problem, runExample, startClientFixture, watchedFetch } from "./client-fixture.ts";

const password = "correct horse battery";
let world: Awaited<ReturnType<typeof startClientFixture>>;
let userId: string;
beforeAll(async () => {
  world = await startClientFixture();
  userId = await addUser(world.database, {
    email: "ann@acme.example",
    passwordHash: await hashPassword(password),
    memberships: [[world.tenants.acme, "agent"]],
  });
});
afterAll(() => world.stop());

const refreshPath = "/api/auth/refresh";
async function signIn(): Promise<Tokens> {
  const { body } = await createClient({ apiUrl: world.origin }).call("createToken", {
    body: { email: "ann@acme.example", password },
  });
  return body;
}
/** The access token as it is after its time, or soon. */
const endingIn = async (tokens: Tokens, ttlSeconds: number): Promise<Tokens> => ({
  refreshToken: tokens.refreshToken,
  accessToken: await tokenFor({ subject: userId, role: "agent", tenantId: world.tenants.acme }, ttlSeconds),
});

test("twenty calls at once with an expired token refresh it once, and all succeed", async () => {
  const { fetch, sent } = watchedFetch();
  const kept: Tokens[] = [];
  const client = world.client({
    credentials: await endingIn(await signIn(), -60),
    fetch,
    onTokens: async (tokens) => {
      await new Promise((resolve) => setImmediate(resolve));
      kept.push(tokens);
    },
  });
  const answers = await Promise.all(Array.from({ length: 20 }, () => client.call("listJobs")));
  expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
  expect(sent.filter(({ path }) => path === refreshPath)).toHaveLength(1);
  expect(kept).toHaveLength(1);
  // what was kept is enough to go on later
  const [tokens] = kept;
  expect((await world.client({ credentials: tokens as Tokens }).call("listJobs")).status).toBe(200);
});

test("a refresh token that is over is tried once; then calls answer 401 at once", async () => {
  const tokens = await endingIn(await signIn(), -60);
  await createClient({ apiUrl: world.origin }).call("revokeToken", { body: { refreshToken: tokens.refreshToken } });
  const { fetch, sent } = watchedFetch();
  const client = world.client({ credentials: tokens, fetch });
  for (let call = 0; call < 3; call++) {
    const error = await client.call("listJobs").catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(DeskpulseError);
    expect(error).toMatchObject({ status: 401, code: "unauthenticated" });
  }
  expect(sent.filter(({ path }) => path === refreshPath)).toHaveLength(1);
});

test("a refresh that cannot be answered is not sent twice, and the next call tries again", async () => {
  const { fetch, sent } = watchedFetch((_method, path, nth) =>
    path === refreshPath && nth === 1 ? problem(503, "unavailable", { "retry-after": "60" }) : undefined,
  );
  const client = world.client({ credentials: await endingIn(await signIn(), -60), fetch });
  await expect(client.call("listJobs")).rejects.toMatchObject({ status: 503 });
  expect((await client.call("listJobs")).status).toBe(200);
  expect(sent.filter(({ path }) => path === refreshPath)).toHaveLength(2);
});

test("a socket outlives its token: renewed ahead, connected again, and the result still comes by push", async () => {
  const { fetch, sent } = watchedFetch((method, path) =>
    method === "GET" && path.startsWith("/api/jobs/") ? problem(503, "unavailable") : undefined,
  );
  const kept: Tokens[] = [];
  const client = world.client({
    credentials: await endingIn(await signIn(), 3),
    fetch,
    onTokens: (tokens) => void kept.push(tokens),
  });
  const running = runExample(client, "test.echo", "after the token's end");
  const startedAt = Date.now();
  await eventually(() => expect(kept).toHaveLength(1));
  expect(Date.now() - startedAt).toBeLessThan(3_000);
  await eventually(() => {
    if (Date.now() - startedAt < 3_500) throw new Error("the old token is not over yet");
  });
  await world.startWorker();
  expect(await running).toEqual({ text: "after the token's end" });
  expect(sent.filter(({ path }) => path === refreshPath)).toHaveLength(1);
});

test("a socket that is refused gets a fresh token first", async () => {
  const { fetch } = watchedFetch((method, path) =>
    method === "GET" && path.startsWith("/api/jobs/") ? problem(503, "unavailable") : undefined,
  );
  const client = world.client({ credentials: await endingIn(await signIn(), -60), fetch });
  expect(await runExample(client, "test.echo", "refused first")).toEqual({ text: "refused first" });
});
