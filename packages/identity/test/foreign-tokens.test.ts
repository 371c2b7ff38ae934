import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { connectDatabase } from "@deskpulse/db/connect";
import { eventually } from "@deskpulse/testkit/eventually";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from "jose";
import { issueToken } from "../src/issue-token.ts";
import { createAuthenticator } from "../src/verify-credentials.ts";

const secret = "a secret of at least thirty-two characters";
const tenantId = "01890000-0000-7000-8000-000000000001";
const database = connectDatabase({
  url: "postgres://nobody@127.0.0.1:1/none",
  connectionsMax: 1,
  applicationName: "test",
});

let server: Server;
let published: JWK[];
let asked: number;
let status: number;
let stalled: boolean;

beforeEach(async () => {
  [published, asked, status, stalled] = [[], 0, 200, false];
  server = createServer((_req, res) => {
    asked++;
    if (stalled) return;
    res.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify({ keys: published }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterEach(() => closeServer());

async function closeServer(): Promise<void> {
  server.closeAllConnections();
  await new Promise<void>((resolve) => server.close(() => resolve()));
}

const trusting = (options: { issuer?: string; audience?: string } = {}) => {
  const jwksUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`;
  const authenticator = createAuthenticator({ secret, database, jwksUrl, ...options });
  return async (token: string) => authenticator.authenticate(token);
};

async function newKey(alg: string, kid: string): Promise<CryptoKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  published.push({ ...(await exportJWK(publicKey)), kid, alg, use: "sig" });
  return privateKey;
}

function foreign(key: CryptoKey | Uint8Array, header: { alg: string; kid?: string }, claims = {}): Promise<string> {
  const exp = Math.floor(Date.now() / 1000) + 60;
  return new SignJWT({ sub: "ann@elsewhere", role: "supervisor", tenant: tenantId, exp, ...claims })
    .setProtectedHeader(header)
    .sign(key);
}

describe("tokens from elsewhere", () => {
  test.each(["RS256", "ES256", "EdDSA"])("signed by %s with a published key speak for their subject", async (alg) => {
    const token = await foreign(await newKey(alg, "one"), { alg, kid: "one" });
    expect(await trusting()(token)).toMatchObject({ subject: "ann@elsewhere", role: "supervisor", tenantId });
  });

  test("count beside our own, and neither source takes the other's algorithm", async () => {
    const rsa = await newKey("RS256", "one");
    const ask = trusting();
    const own = await issueToken({ subject: "user-1", role: "agent", tenantId, ttlSeconds: 60 }, { secret });
    expect(await ask(own)).toMatchObject({ subject: "user-1" });
    expect(await ask(await foreign(rsa, { alg: "RS256", kid: "one" }))).toMatchObject({ role: "supervisor" });
    // the classic confusion: the public key as the secret of an HMAC
    const publicText = new TextEncoder().encode(JSON.stringify(published[0]).padEnd(64, " "));
    for (const [key, header] of [
      [publicText, { alg: "HS256", kid: "one" }],
      [(await generateKeyPair("RS384")).privateKey, { alg: "RS384", kid: "one" }],
      [(await generateKeyPair("RS256")).privateKey, { alg: "RS256", kid: "one" }],
      [(await generateKeyPair("ES256")).privateKey, { alg: "ES256", kid: "one" }],
    ] as const) {
      await expect(ask(await foreign(key, header))).rejects.toMatchObject({ code: "unauthenticated" });
    }
    const [, claims] = (await foreign(rsa, { alg: "RS256", kid: "one" })).split(".");
    const none = Buffer.from('{"alg":"none","kid":"one"}').toString("base64url");
    await expect(ask(`${none}.${claims}.`)).rejects.toMatchObject({ code: "unauthenticated" });
  });

  test("are refused without a JWKS, and ask nobody", async () => {
    const token = await foreign(await newKey("RS256", "one"), { alg: "RS256", kid: "one" });
    const authenticator = createAuthenticator({ secret, database });
    await expect((async () => authenticator.authenticate(token))()).rejects.toMatchObject({ code: "unauthenticated" });
    expect(asked).toBe(0);
  });

  test("name issuer and audience when these are demanded, and a tenant and role that make sense", async () => {
    const key = await newKey("ES256", "one");
    const ask = trusting({ issuer: "https://id.example", audience: "deskpulse" });
    const header = { alg: "ES256", kid: "one" };
    const right = { iss: "https://id.example", aud: "deskpulse" };
    expect(await ask(await foreign(key, header, right))).toMatchObject({ subject: "ann@elsewhere" });
    for (const wrong of [{}, { ...right, aud: "other" }, { ...right, tenant: "acme" }, { ...right, role: "owner" }]) {
      await expect(ask(await foreign(key, header, wrong))).rejects.toMatchObject({ code: "unauthenticated" });
    }
  });

  test("of a key that is published later count, and known keys are not asked for again", async () => {
    const first = await newKey("RS256", "first");
    const ask = trusting();
    for (const sub of ["a", "b", "c"]) await ask(await foreign(first, { alg: "RS256", kid: "first" }, { sub }));
    expect(asked).toBe(1);
    published = [];
    const second = await newKey("RS256", "second");
    const rotated = await foreign(second, { alg: "RS256", kid: "second" });
    // unknown key ids do not make us ask more often than every 5 s
    const caller = await eventually(() => ask(rotated), { timeoutMs: 8_000 });
    expect(caller).toMatchObject({ subject: "ann@elsewhere" });
    expect(asked).toBe(2);
  }, 15_000);
});

describe("while the JWKS server is away", () => {
  test("known keys serve", async () => {
    const key = await newKey("RS256", "one");
    const ask = trusting();
    await ask(await foreign(key, { alg: "RS256", kid: "one" }));
    await closeServer();
    expect(await ask(await foreign(key, { alg: "RS256", kid: "one" }, { sub: "bob" }))).toMatchObject({
      subject: "bob",
    });
    server.listen(0); // for afterEach
  });

  test.each(["refuses", "fails", "stalls"])("and nothing is known, it is unavailable: it %s", async (how) => {
    const key = await newKey("RS256", "one");
    const ask = trusting();
    if (how === "refuses") await closeServer();
    status = how === "fails" ? 500 : 200;
    stalled = how === "stalls";
    const startedAtMs = Date.now();
    await expect(ask(await foreign(key, { alg: "RS256", kid: "one" }))).rejects.toMatchObject({
      code: "unavailable",
      retryAfterSeconds: expect.any(Number),
    });
    expect(Date.now() - startedAtMs).toBeLessThan(3_000);
    if (how === "refuses") server.listen(0);
  });
});
