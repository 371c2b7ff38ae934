import { randomUUID } from "node:crypto";
import { asEngine } from "@deskpulse/db/transaction";
import { hashPassword } from "@deskpulse/identity/password";
import { revokeTokensOf } from "@deskpulse/identity/revoke-tokens";
import { eventually } from "@deskpulse/testkit/eventually";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type ApiFixture, addUser, startApiFixture, tokenFor } from "../api-fixture.ts";
import { expectProblem } from "../expect-problem.ts";

interface SignedIn {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly refreshExpiresInSeconds: number;
  readonly role: string;
  readonly user: { readonly id: string };
}
const password = "correct horse battery staple";
let passwordHash: string;
let api: ApiFixture;
let people = 0;

beforeAll(async () => {
  api = await startApiFixture();
  passwordHash = await hashPassword(password);
});
afterAll(() => api.stop());

const post = (path: string, body: unknown, token?: string) =>
  api.send("POST", path, null, { body, headers: token === undefined ? {} : { authorization: `Bearer ${token}` } });
const refresh = (refreshToken: string) => post("/api/auth/refresh", { refreshToken });
const list = (token: string) =>
  fetch(`${api.origin}/api/jobs`, { headers: { authorization: `Bearer ${token}` } }).then(({ status }) => status);
const read = async (response: Response): Promise<SignedIn> => {
  expect(response.status).toBe(200);
  expect(response.headers.get("cache-control")).toBe("no-store");
  return (await response.json()) as SignedIn;
};

async function signIn(): Promise<SignedIn> {
  const email = `person-${++people}@example.com`;
  await addUser(api.database, { email, passwordHash, memberships: [[api.tenants.acme, "supervisor"]] });
  return await read(await post("/api/auth/token", { email, password }));
}
/** Within 5 s, and without a restart, a token stops. */
const endsSoon = async (token: string): Promise<void> => {
  const startedAtMs = Date.now();
  await eventually(async () => expect(await list(token)).toBe(401));
  expect(Date.now() - startedAtMs).toBeLessThan(5_000);
};

describe("POST /api/auth/refresh answers 200", () => {
  test("with new tokens each time, which work; secrets are stored nowhere", async () => {
    const first = await signIn();
    expect(first.refreshExpiresInSeconds).toBe(30 * 86_400);
    const second = await read(await refresh(first.refreshToken));
    const third = await read(await refresh(second.refreshToken));
    const seen = [first, second, third].flatMap(({ accessToken, refreshToken }) => [accessToken, refreshToken]);
    expect(new Set(seen).size).toBe(6);
    for (const { accessToken } of [first, second, third]) expect(await list(accessToken)).toBe(200);
    const rows = await api.database.sql<{ row: string }[]>`select t::text as row from refresh_tokens t`;
    for (const { refreshToken } of [first, second, third]) {
      expect(JSON.stringify(rows)).not.toContain(refreshToken.slice(4));
    }
  });

  test("with the role as it is now", async () => {
    const { refreshToken, user } = await signIn();
    await api.database.sql`update memberships set role = 'agent' where user_id = ${user.id}`;
    expect(await read(await refresh(refreshToken))).toMatchObject({ role: "agent" });
  });
});

describe("POST /api/auth/refresh answers 401", () => {
  test("to a used token, and ends the family: the thief's tokens and the owner's", async () => {
    const first = await signIn();
    const second = await read(await refresh(first.refreshToken));
    const other = await signIn();
    await expectProblem(await refresh(first.refreshToken), 401);
    await expectProblem(await refresh(second.refreshToken), 401);
    await endsSoon(first.accessToken);
    await endsSoon(second.accessToken);
    await read(await refresh(other.refreshToken));
    expect(await list(other.accessToken)).toBe(200);
  });

  test("to all but one of twenty at once, and then to that one's new token too", async () => {
    const { refreshToken } = await signIn();
    const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(refreshToken)));
    const won = answers.filter(({ status }) => status === 200);
    expect(answers.map(({ status }) => status).filter((status) => status !== 200)).toEqual(Array(19).fill(401));
    const [winner] = won;
    if (winner === undefined) throw new Error("nobody won");
    await expectProblem(await refresh((await read(winner)).refreshToken), 401);
  });

  test("to unknown, malformed and expired tokens, in one text", async () => {
    const { refreshToken, user } = await signIn();
    await api.database.sql`update refresh_tokens set expires_at = now() where user_id = ${user.id}`;
    const details = new Set<string>();
    for (const token of [refreshToken, `dpr_${"A".repeat(43)}`, "x", "' or true --", "a\u0001"]) {
      details.add((await expectProblem(await refresh(token), 401)).detail);
    }
    expect(details.size).toBe(1);
  });

  test("to who was disabled, lost the membership or became something else, and stays so", async () => {
    for (const change of ["disabled", "ended", "operator"] as const) {
      const { refreshToken, user } = await signIn();
      const { sql } = api.database;
      if (change === "disabled") await sql`update users set disabled_at = now() where id = ${user.id}`;
      if (change === "ended") await sql`update memberships set ended_at = now() where user_id = ${user.id}`;
      if (change === "operator") await sql`update users set operator = 'full' where id = ${user.id}`;
      await expectProblem(await refresh(refreshToken), 401);
      await sql`update users set disabled_at = null, operator = null where id = ${user.id}`;
      await sql`update memberships set ended_at = null where user_id = ${user.id}`;
      await expectProblem(await refresh(refreshToken), 401);
    }
  });
});

test("POST /api/auth/refresh answers 400 without a token, and 422 to an empty one", async () => {
  await expectProblem(await post("/api/auth/refresh", {}), 400);
  await expectProblem(await post("/api/auth/refresh", { refreshToken: 1 }), 400);
  await expectProblem(await post("/api/auth/refresh", { refreshToken: "" }), 422);
});

describe("POST /api/auth/revoke answers 204", () => {
  const revoke = async (body: unknown, token?: string): Promise<void> => {
    const response = await post("/api/auth/revoke", body, token);
    expect({ status: response.status, body: await response.text() }).toEqual({ status: 204, body: "" });
  };

  test("to a refresh token and ends its family, as often as it is asked", async () => {
    const first = await signIn();
    const second = await read(await refresh(first.refreshToken));
    await revoke({ refreshToken: second.refreshToken });
    await revoke({ refreshToken: second.refreshToken });
    await expectProblem(await refresh(second.refreshToken), 401);
    await endsSoon(first.accessToken);
    await endsSoon(second.accessToken);
  });

  test("to an access token alone, and ends what it came with", async () => {
    const { accessToken, refreshToken } = await signIn();
    await revoke({}, accessToken);
    await endsSoon(accessToken);
    await revoke({}, accessToken);
    await expectProblem(await refresh(refreshToken), 401);
  });

  test("to a token without a family, and ends no other of its subject", async () => {
    const subject = { subject: "script", role: "agent", tenantId: api.tenants.acme } as const;
    const [one, two] = [await tokenFor(subject), await tokenFor(subject)];
    await revoke({}, one);
    await endsSoon(one);
    expect(await list(two)).toBe(200);
  });

  test("to what is unknown or no token at all", async () => {
    await revoke({ refreshToken: `dpr_${"B".repeat(43)}` });
    await revoke({ refreshToken: "nonsense" }, "nonsense");
  });
});

test("POST /api/auth/revoke answers 422 when there is nothing to revoke", async () => {
  await expectProblem(await post("/api/auth/revoke", {}), 422);
});

describe("revoking a subject's tokens", () => {
  test("ends those issued before in that tenant, and none issued after", async () => {
    const { accessToken, refreshToken, user } = await signIn();
    const elsewhere = await tokenFor({ subject: user.id, role: "agent", tenantId: api.tenants.birch });
    await asEngine(api.database, (tx) => revokeTokensOf(tx, { subject: user.id, tenantId: api.tenants.acme }));
    const after = await read(await refresh(refreshToken));
    await endsSoon(accessToken);
    expect(await list(after.accessToken)).toBe(200);
    expect(await list(elsewhere)).toBe(200);
  });

  test("everywhere also ends its refresh tokens", async () => {
    const { accessToken, refreshToken, user } = await signIn();
    await asEngine(api.database, (tx) => revokeTokensOf(tx, { subject: user.id, tenantId: null }));
    await expectProblem(await refresh(refreshToken), 401);
    await endsSoon(accessToken);
  });

  test("of somebody unknown changes nothing for others", async () => {
    const { accessToken } = await signIn();
    await asEngine(api.database, (tx) => revokeTokensOf(tx, { subject: randomUUID(), tenantId: null }));
    expect(await list(accessToken)).toBe(200);
  });
});
