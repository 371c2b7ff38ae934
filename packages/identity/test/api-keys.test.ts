import { connectDatabase, type Database } from "@deskpulse/db/connect";
import { createTestDatabase, type TestDatabase } from "@deskpulse/testkit/database";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { newApiKey } from "../src/api-key.ts";
import { type Authenticator, createAuthenticator } from "../src/verify-credentials.ts";
import { addApiKey, addTenant } from "./people.ts";

let testDatabase: TestDatabase;
let database: Database;
let tenantId: string;
/** A process of its own: nothing remembered. */
const authenticator = (): Authenticator =>
  createAuthenticator({ secret: "a secret of at least thirty-two characters", database });
const ask = async (by: Authenticator, key: string) => by.authenticate(key);
const refusal = {
  code: "unauthenticated",
  message: "The API key is not valid, has expired or was revoked.",
};

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = connectDatabase({ url: testDatabase.url, connectionsMax: 4, applicationName: "identity-test" });
  tenantId = await addTenant(database, "Keys Ltd");
});

afterAll(async () => {
  await database.close();
  await testDatabase.drop();
});

describe("API keys", () => {
  test("speak for their tenant with their role, by a secret that the database does not hold", async () => {
    const key = await addApiKey(database, { tenantId, role: "supervisor" });
    expect(key.secret).toMatch(/^dpk_[A-Za-z0-9_-]{43}$/);
    expect(await ask(authenticator(), key.secret)).toEqual({
      subject: key.id,
      tenantId,
      role: "supervisor",
      readOnly: false,
      expiresAtMs: null,
    });
    const [row] = await database.sql`select api_keys::text as text from api_keys where id = ${key.id}`;
    expect(row?.text).not.toContain(key.secret.slice(4));
  });

  test("end with their expiry, also when they are remembered", async () => {
    const expiresAt = new Date(Date.now() + 300);
    const { secret } = await addApiKey(database, { tenantId, role: "agent", expiresAt });
    const by = authenticator();
    expect(await ask(by, secret)).toMatchObject({ expiresAtMs: expiresAt.getTime() });
    while (Date.now() <= expiresAt.getTime()) await new Promise((resolve) => setTimeout(resolve, 20));
    await expect(ask(by, secret)).rejects.toMatchObject(refusal);
  });

  test("that are unknown, malformed, expired or revoked are refused with one text", async () => {
    const expired = await addApiKey(database, { tenantId, role: "admin", expiresAt: new Date(Date.now() - 1) });
    const revoked = await addApiKey(database, { tenantId, role: "admin", revokedAt: new Date() });
    const by = authenticator();
    for (const secret of [expired.secret, revoked.secret, newApiKey().secret, "dpk_", "dpk_x' or true --"]) {
      await expect(ask(by, secret)).rejects.toMatchObject(refusal);
      await expect(ask(by, secret)).rejects.toMatchObject(refusal);
    }
  });

  test("once verified are answered at once, and stop working within 5 s of their revocation", async () => {
    const { id, secret } = await addApiKey(database, { tenantId, role: "agent" });
    const by = authenticator();
    const caller = await ask(by, secret);
    expect(by.authenticate(secret)).toBe(caller);
    const revokedAtMs = Date.now();
    await database.sql`update api_keys set revoked_at = now() where id = ${id}`;
    let outcome: unknown = null;
    while (outcome === null && Date.now() - revokedAtMs < 7_000) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      outcome = await ask(by, secret).then(
        () => null,
        (error: unknown) => error,
      );
    }
    expect(outcome).toMatchObject(refusal);
    expect(Date.now() - revokedAtMs).toBeLessThan(5_500);
  }, 10_000);

  test("note their use at most once a minute", async () => {
    const { id, secret } = await addApiKey(database, { tenantId, role: "agent" });
    const lastUsed = async () => {
      const [row] = await database.sql<{ at: Date | null }[]>`select last_used_at as at from api_keys where id = ${id}`;
      return row?.at ?? null;
    };
    expect(await lastUsed()).toBeNull();
    await ask(authenticator(), secret);
    const first = await lastUsed();
    expect(first).not.toBeNull();
    await ask(authenticator(), secret);
    expect(await lastUsed()).toEqual(first);
    await database.sql`update api_keys set last_used_at = now() - interval '61 seconds' where id = ${id}`;
    await ask(authenticator(), secret);
    expect((await lastUsed())?.getTime()).toBeGreaterThanOrEqual(first?.getTime() ?? Number.POSITIVE_INFINITY);
  });

  test("asked for by many requests at once cost one query", async () => {
    const { secret } = await addApiKey(database, { tenantId, role: "agent" });
    const by = authenticator();
    const answers = Array.from({ length: 50 }, () => by.authenticate(secret));
    expect(new Set(answers).size).toBe(1);
    await Promise.all(answers);
  });
});
