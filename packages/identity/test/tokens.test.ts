import { connectDatabase } from "@deskpulse/db/connect";
import { ProblemError } from "@deskpulse/domain/errors";
import { describe, expect, test } from "@jest/globals";
import { decodeJwt, SignJWT, UnsecuredJWT } from "jose";
import { issueToken } from "../src/issue-token.ts";
import { createAuthenticator } from "../src/verify-credentials.ts";

const secret = "a secret of at least thirty-two characters";
const tenantId = "01890000-0000-7000-8000-000000000001";
/** Tokens need no database: the port answers nobody. */
const database = connectDatabase({
  url: "postgres://nobody@127.0.0.1:1/none",
  connectionsMax: 1,
  applicationName: "test",
});
const authenticator = createAuthenticator({ secret, database });
const agent = { subject: "user-1", role: "agent", tenantId } as const;
const nowSeconds = () => Math.floor(Date.now() / 1000);

const authenticate = async (token: string, by = authenticator) => by.authenticate(token);

/** A token with these claims and header, signed as given: what an attacker or a careless issuer may send. */
function token(claims: Record<string, unknown>, { alg = "HS256", key = secret } = {}): Promise<string> {
  const complete = { sub: "user-1", role: "agent", tenant: tenantId, exp: nowSeconds() + 60, ...claims };
  return new SignJWT(complete).setProtectedHeader({ alg }).sign(new TextEncoder().encode(key));
}

async function expectRefused(credential: string, detail = "The token is not valid."): Promise<void> {
  const error: unknown = await authenticate(credential).then(
    () => null,
    (cause: unknown) => cause,
  );
  expect(error).toBeInstanceOf(ProblemError);
  expect(error).toMatchObject({ code: "unauthenticated", message: detail });
}

describe("tokens", () => {
  test("speak for the member of a tenant to whom they were issued", async () => {
    const issued = await issueToken({ ...agent, ttlSeconds: 60 }, { secret });
    const caller = await authenticate(issued);
    expect(caller).toMatchObject({ subject: "user-1", role: "agent", tenantId, readOnly: false });
    expect(caller.expiresAtMs).toBe((decodeJwt(issued).exp ?? 0) * 1000);
    expect(decodeJwt(issued)).toEqual({
      sub: "user-1",
      tenant: tenantId,
      role: "agent",
      iat: expect.any(Number),
      exp: expect.any(Number),
      jti: expect.any(String),
    });
  });

  test("of operators carry no tenant, and say so when they are read-only", async () => {
    const full = await issueToken({ subject: "op", role: "operator", ttlSeconds: 60 }, { secret });
    const readOnly = await issueToken({ subject: "op", role: "operator", readOnly: true, ttlSeconds: 60 }, { secret });
    expect(decodeJwt(full)).not.toHaveProperty("readOnly");
    expect(await authenticate(full)).toMatchObject({ role: "operator", tenantId: null, readOnly: false });
    expect(await authenticate(readOnly)).toMatchObject({ role: "operator", tenantId: null, readOnly: true });
  });

  test("once verified are answered at once, without a promise, until they expire", async () => {
    const issued = await issueToken({ ...agent, ttlSeconds: 1 }, { secret });
    const first = await authenticate(issued);
    expect(authenticator.authenticate(issued)).toBe(first);
    await waitUntil(first.expiresAtMs ?? 0);
    await expectRefused(issued, "The token has expired. Sign in again.");
  });

  test("that are expired, of another secret or of no expiry are refused", async () => {
    await expectRefused(await token({ exp: nowSeconds() - 1 }), "The token has expired. Sign in again.");
    await expectRefused(await token({ exp: nowSeconds() }), "The token has expired. Sign in again.");
    await expectRefused(await token({}, { key: "another secret of more than thirty-two characters" }));
    await expectRefused(await token({ exp: undefined }));
  });

  test("with any algorithm but HS256 are refused, `none` above all", async () => {
    await expectRefused(await token({}, { alg: "HS384", key: secret.repeat(2) }));
    await expectRefused(await token({}, { alg: "HS512", key: secret.repeat(2) }));
    const unsecured = new UnsecuredJWT({ sub: "user-1", role: "operator", exp: nowSeconds() + 60 }).encode();
    await expectRefused(unsecured);
    const [, payload = "", signature = ""] = (await token({ role: "operator", tenant: undefined })).split(".");
    const none = Buffer.from('{"alg":"none"}').toString("base64url");
    await expectRefused(`${none}.${payload}.`);
    await expectRefused(`${none}.${payload}.${signature}`);
  });

  test("whose claims or signature were changed are refused", async () => {
    const [header = "", , signature = ""] = (await token({})).split(".");
    const forged = Buffer.from(JSON.stringify({ sub: "user-1", role: "operator", exp: nowSeconds() + 60 }));
    await expectRefused(`${header}.${forged.toString("base64url")}.${signature}`);
    await expectRefused(`${await token({})}x`);
    for (const text of ["", "x", "a.b.c", "Bearer x", "x".repeat(100_000)]) await expectRefused(text);
  });

  test("whose claims contradict each other or describe nobody are refused", async () => {
    for (const claims of [
      { role: "owner" },
      { role: undefined },
      { role: "operator" },
      { role: "operator", tenant: null },
      { role: "operator", tenant: undefined, readOnly: "yes" },
      { role: "agent", readOnly: true },
      { tenant: undefined },
      { tenant: "not-a-uuid" },
      { tenant: [tenantId] },
      { sub: undefined },
      { sub: "" },
      { sub: "a\u0000b" },
      { sub: "x".repeat(201) },
      { nbf: nowSeconds() + 30 },
    ]) {
      await expectRefused(await token(claims));
    }
  });

  test("name issuer and audience when these are demanded", async () => {
    const strict = createAuthenticator({ secret, issuer: "deskpulse", audience: "api", database });
    const right = await issueToken({ ...agent, ttlSeconds: 60 }, { secret, issuer: "deskpulse", audience: "api" });
    await expect(authenticate(right, strict)).resolves.toMatchObject({ subject: "user-1" });
    for (const key of [{ secret }, { secret, issuer: "other", audience: "api" }, { secret, issuer: "deskpulse" }]) {
      const wrong = await issueToken({ ...agent, ttlSeconds: 60 }, key);
      await expect(authenticate(wrong, strict)).rejects.toMatchObject({ code: "unauthenticated" });
    }
  });

  test("name their tenant in one spelling, whatever the issuer's", async () => {
    const caller = await authenticate(await token({ tenant: tenantId.toUpperCase() }));
    expect(caller.tenantId).toBe(tenantId);
  });

  test("are neither signed nor verified with a short secret, and the message names JWT_SECRET but not the secret", async () => {
    expect(() => createAuthenticator({ secret: "short", database })).toThrow(/^JWT_SECRET has 5 characters/);
    await expect(issueToken({ ...agent, ttlSeconds: 60 }, { secret: "short" })).rejects.toThrow("JWT_SECRET");
  });

  test("are remembered no further than the cache is allowed to grow", async () => {
    const small = createAuthenticator({ secret, database, cacheEntriesMax: 2 });
    const tokens = await Promise.all(
      [1, 2, 3].map((n) => issueToken({ ...agent, subject: `user-${n}`, ttlSeconds: 60 }, { secret })),
    );
    for (const issued of tokens) await small.authenticate(issued);
    const inCache = tokens.map((issued) => !(small.authenticate(issued) instanceof Promise));
    expect(inCache.filter(Boolean)).toHaveLength(2);
    small.close();
    for (const issued of tokens) expect(small.authenticate(issued)).toBeInstanceOf(Promise);
  });
});

async function waitUntil(atMs: number): Promise<void> {
  while (Date.now() < atMs) await new Promise((resolve) => setTimeout(resolve, atMs - Date.now()));
}
