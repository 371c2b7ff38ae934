import { createHmac, generateKeyPairSync, randomUUID, sign } from "node:crypto";
import { routes } from "@deskpulse/contract/routes";
import { newApiKey } from "@deskpulse/identity/api-key";
import { issueToken } from "@deskpulse/identity/issue-token";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type ApiFixture, jwtSecret, startApiFixture, tokenFor } from "../api-fixture.ts";
import { expectProblem } from "../expect-problem.ts";
import { runOf } from "../run-of.ts";

let api: ApiFixture;
beforeAll(async () => {
  api = await startApiFixture();
});
afterAll(() => api.stop());

const list = (authorization?: string) =>
  fetch(`${api.origin}/api/jobs`, authorization === undefined ? {} : { headers: { authorization } });
const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
const inAnHour = Math.floor(Date.now() / 1_000) + 3_600;
const hmac = (text: string, secret = jwtSecret, hash = "sha256") =>
  createHmac(hash, secret).update(text).digest("base64url");

/** A token signed with our secret over any header and claims. */
function signed(
  claims: Record<string, unknown>,
  header: Record<string, unknown> = { alg: "HS256", typ: "JWT" },
): string {
  const text = `${part(header)}.${part(claims)}`;
  return `${text}.${hmac(text)}`;
}
const agentClaims = () => ({ sub: "someone", role: "agent", tenant: api.tenants.acme, exp: inAnHour });

test("our own signature over sound claims is taken, whichever way the scheme is written", async () => {
  for (const scheme of ["Bearer", "bearer", "BEARER"]) {
    expect((await list(`${scheme} ${signed(agentClaims())}`)).status).toBe(200);
  }
});

describe("every route but sign-in answers 401", () => {
  test.each(Object.entries(routes).filter(([, route]) => (route.role as string) !== "anyone"))(
    "%s without a token, before it looks at anything else",
    async (_, { method, path }) => {
      const headers = method === "POST" ? { "content-type": "application/json" } : {};
      const body = method === "POST" ? { body: "[]" } : {};
      const address = `${api.origin}${path.replace(/\{\w+\}/, randomUUID())}?unknown=1`;
      await expectProblem(await fetch(address, { method, headers, ...body }), 401);
    },
  );
});

describe("GET /api/jobs answers 401", () => {
  test.each([
    undefined,
    "",
    "Bearer",
    "Bearer ",
    "Basic YTpi",
    "Token x",
    "Bearer a b",
    "Bearer null",
    "Bearer ...",
    "Bearer dpk_x",
  ])("to Authorization %j", async (authorization) => {
    await expectProblem(await list(authorization), 401);
  });

  test("to a token that has expired, and says so", async () => {
    const token = signed({ ...agentClaims(), exp: Math.floor(Date.now() / 1_000) - 1 });
    expect((await expectProblem(await list(`Bearer ${token}`), 401)).detail).toContain("expired");
  });

  test("to a token that was good until it expired", async () => {
    const token = await tokenFor({ subject: "brief", role: "agent", tenantId: api.tenants.acme }, 2);
    expect((await list(`Bearer ${token}`)).status).toBe(200);
    const { exp } = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) as { exp: number };
    let last: Response;
    do last = await list(`Bearer ${token}`);
    while (last.status === 200 && Date.now() < exp * 1_000 + 3_000);
    await expectProblem(last, 401);
    expect(Date.now()).toBeGreaterThanOrEqual(exp * 1_000);
  });

  test("to forged signatures and foreign algorithms", async () => {
    const claims = agentClaims();
    const body = `${part({ alg: "HS256", typ: "JWT" })}.${part(claims)}`;
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2_048 });
    const rsBody = `${part({ alg: "RS256", typ: "JWT" })}.${part(claims)}`;
    const hs512Body = `${part({ alg: "HS512", typ: "JWT" })}.${part(claims)}`;
    const sound = signed(claims);
    const forged = [
      `${part({ alg: "none" })}.${part(claims)}.`,
      `${part({ alg: "None", typ: "JWT" })}.${part(claims)}.${hmac(body)}`,
      `${body}.`,
      `${body}.${hmac(body, "another secret that is long enough, too")}`,
      `${hs512Body}.${hmac(hs512Body, jwtSecret, "sha512")}`,
      `${rsBody}.${sign("sha256", Buffer.from(rsBody), privateKey).toString("base64url")}`,
      `${part({ alg: "HS256", typ: "JWT" })}.${part({ ...claims, role: "admin" })}.${sound.split(".")[2]}`,
      signed(claims, { alg: "HS256", typ: "JWT", crit: ["exp"] }),
      sound.slice(0, -3),
      `${sound}${"A".repeat(5_000)}`,
    ];
    for (const token of forged) await expectProblem(await list(`Bearer ${token}`), 401);
  });

  test.each<[string, Record<string, unknown>]>([
    ["no subject", { sub: undefined }],
    ["no expiry", { exp: undefined }],
    ["no tenant", { tenant: undefined }],
    ["a tenant that is no id", { tenant: "acme' or true --" }],
    ["an unknown role", { role: "root" }],
    ["a role from the prototype", { role: "__proto__" }],
    ["an operator with a tenant", { role: "operator" }],
    ["a subject with NUL", { sub: "a\0b" }],
    ["a member who asks to be read-only", { readOnly: true }],
    ["a token for later", { nbf: inAnHour }],
  ])("to our own signature over %s", async (_, change) => {
    await expectProblem(await list(`Bearer ${signed({ ...agentClaims(), ...change })}`), 401);
  });

  test("to an unknown, an expired and a revoked API key, and 200 to one in force", async () => {
    const answers: [string | null, string | null, number][] = [
      [null, null, 200],
      ["2020-01-01T00:00:00Z", null, 401],
      [null, "2020-01-01T00:00:00Z", 401],
    ];
    for (const [expiresAt, revokedAt, status] of answers) {
      const { secret, secretHash } = newApiKey();
      await api.database.sql`insert into api_keys (id, tenant_id, name, role, secret_hash, expires_at, revoked_at)
        values (${randomUUID()}, ${api.tenants.acme}, 'key', 'agent', ${secretHash}, ${expiresAt}, ${revokedAt})`;
      expect((await list(`Bearer ${secret}`)).status).toBe(status);
    }
    await expectProblem(await list(`Bearer ${newApiKey().secret}`), 401);
  });
});

describe("an API that demands issuer and audience", () => {
  test("answers 401 to tokens of others", async () => {
    const strict = await startApiFixture({
      variables: { JWT_ISSUER: "https://id.example", JWT_AUDIENCE: "deskpulse" },
    });
    try {
      const subject = { subject: "a", role: "agent", tenantId: strict.tenants.acme, ttlSeconds: 60 } as const;
      const issuer = "https://id.example";
      for (const [key, status] of [
        [{}, 401],
        [{ issuer }, 401],
        [{ issuer: "https://other.example", audience: "deskpulse" }, 401],
        [{ issuer, audience: "other" }, 401],
        [{ issuer, audience: "deskpulse" }, 200],
      ] as const) {
        const authorization = `Bearer ${await issueToken(subject, { secret: jwtSecret, ...key })}`;
        expect((await fetch(`${strict.origin}/api/jobs`, { headers: { authorization } })).status).toBe(status);
      }
    } finally {
      await strict.stop();
    }
  });
});

test("nothing of the refused has started anything", async () => {
  expect(await api.countRuns()).toBe(0);
  await runOf(await api.start("agent", "test.echo"), 202);
});
