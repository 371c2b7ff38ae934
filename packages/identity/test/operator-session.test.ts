import { connectDatabase, type Database } from "@deskpulse/db/connect";
import { createTestDatabase, type TestDatabase } from "@deskpulse/testkit/database";
import { eventually } from "@deskpulse/testkit/eventually";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { openOperatorSession, revokeOperatorSession, verifyOperatorSession } from "../src/operator-session.ts";
import { hashPassword } from "../src/password.ts";
import { addTenant, addUser } from "./people.ts";

const password = "correct horse battery staple";
const credentials = { email: "op@example.com", password };
let testDatabase: TestDatabase;
let database: Database;
let operatorId: string;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = connectDatabase({ url: testDatabase.url, connectionsMax: 4, applicationName: "identity-test" });
  operatorId = await addUser(database, { email: "op@example.com", password, operator: "full" });
});

afterAll(async () => {
  await database.close();
  await testDatabase.drop();
});

describe("an operator's session", () => {
  test("lasts eight hours, and the database holds only the hash of its secret", async () => {
    const { secret } = await openOperatorSession(database, credentials);
    expect(secret).toMatch(/^[A-Za-z0-9_-]{43}$/);
    const session = await verifyOperatorSession(database, secret);
    expect(session?.caller).toMatchObject({ subject: operatorId, role: "operator", readOnly: false });
    const hoursLeft = ((session?.caller.expiresAtMs ?? 0) - Date.now()) / 3_600_000;
    expect(hoursLeft).toBeGreaterThan(7.99);
    expect(hoursLeft).toBeLessThanOrEqual(8);
    const rows = await database.sql`select octet_length(secret_hash) as bytes from operator_sessions`;
    expect(rows[0]?.bytes).toBe(32);
  });

  test("is not opened for a member of a tenant, nor with a wrong password", async () => {
    const tenantId = await addTenant(database, "North");
    await addUser(database, { email: "admin@example.com", password, memberships: [[tenantId, "admin"]] });
    await expect(openOperatorSession(database, { ...credentials, email: "admin@example.com" })).rejects.toMatchObject({
      code: "forbidden",
    });
    await expect(openOperatorSession(database, { ...credentials, password: "wrong" })).rejects.toMatchObject({
      code: "unauthenticated",
    });
  });

  test("is not opened with a password that is changed while it is checked", async () => {
    await addUser(database, { email: "changing@example.com", password, operator: "full" });
    const changed = await hashPassword("another password");
    let opening: Promise<unknown> | undefined;
    await database.sql.begin(async (sql) => {
      await sql`update users set password_hash = ${changed} where email = 'changing@example.com'`;
      opening = openOperatorSession(database, { email: "changing@example.com", password }).catch((error) => error);
      await eventually(async () => {
        const [row] = await database.sql<{ waiting: number }[]>`
          select count(*)::int as waiting from pg_stat_activity
          where datname = current_database() and wait_event_type = 'Lock'`;
        expect(row?.waiting).toBe(1);
      });
    });
    await expect(opening).resolves.toMatchObject({ code: "unauthenticated" });
  });

  test("is over when revoked, when its time is up, and when its user is no longer an operator", async () => {
    const revoked = await openOperatorSession(database, credentials);
    await revokeOperatorSession(database, revoked.secret);
    expect(await verifyOperatorSession(database, revoked.secret)).toBeNull();

    const old = await openOperatorSession(database, credentials);
    await database.sql`update operator_sessions set expires_at = now()`;
    expect(await verifyOperatorSession(database, old.secret)).toBeNull();

    const { secret } = await openOperatorSession(database, credentials);
    await database.sql`update users set disabled_at = now() where id = ${operatorId}`;
    expect(await verifyOperatorSession(database, secret)).toBeNull();
    await database.sql`update users set disabled_at = null, operator = null where id = ${operatorId}`;
    expect(await verifyOperatorSession(database, secret)).toBeNull();
    await database.sql`update users set operator = 'read-only' where id = ${operatorId}`;
    expect((await verifyOperatorSession(database, secret))?.caller.readOnly).toBe(true);
    await database.sql`update users set operator = 'full' where id = ${operatorId}`;
  });

  test("is not found by anything that is not its secret", async () => {
    for (const secret of ["", "x", "A".repeat(43), "'; select 1 --"]) {
      expect(await verifyOperatorSession(database, secret)).toBeNull();
      await revokeOperatorSession(database, secret);
    }
  });

  test("clears away those that are over when a new one opens", async () => {
    await openOperatorSession(database, credentials);
    await database.sql`update operator_sessions set expires_at = now()`;
    await openOperatorSession(database, credentials);
    const [row] = await database.sql`select count(*)::int as sessions from operator_sessions`;
    expect(row?.sessions).toBe(1);
  });
});
