import { connectDatabase, type Database } from "@deskpulse/db/connect";
import { createTestDatabase, type TestDatabase } from "@deskpulse/testkit/database";
import { eventually } from "@deskpulse/testkit/eventually";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { hashPassword } from "../src/password.ts";
import { signIn } from "../src/sign-in.ts";
import { createAuthenticator } from "../src/verify-credentials.ts";
import { addTenant, addUser } from "./people.ts";

const secret = "a secret of at least thirty-two characters";
const password = "correct horse battery staple";
let testDatabase: TestDatabase;
let database: Database;
let north: string;
let south: string;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = connectDatabase({ url: testDatabase.url, connectionsMax: 4, applicationName: "identity-test" });
  north = await addTenant(database, "North");
  south = await addTenant(database, "South");
  await addUser(database, { email: "one@example.com", password, memberships: [[north, "supervisor"]] });
  await addUser(database, {
    email: "two@example.com",
    password,
    memberships: [
      [north, "agent"],
      [south, "admin"],
    ],
  });
  await addUser(database, { email: "none@example.com", password });
  await addUser(database, { email: "op@example.com", password, operator: "full" });
  await addUser(database, { email: "look@example.com", password, operator: "read-only" });
  await addUser(database, { email: "gone@example.com", password, disabled: true, memberships: [[north, "admin"]] });
  await addUser(database, { email: "imported@example.com", memberships: [[north, "agent"]] });
});

afterAll(async () => {
  await database.close();
  await testDatabase.drop();
});

const enter = (email: string, tenant?: string) =>
  signIn({ email, password, ...(tenant === undefined ? {} : { tenant }) }, { secret, database });
const callerOf = async (accessToken: string) => createAuthenticator({ secret, database }).authenticate(accessToken);

describe("sign-in", () => {
  test("gives a member of one tenant a token for it, good for 15 minutes", async () => {
    const signedIn = await enter(" One@Example.com ");
    expect(signedIn).toMatchObject({
      tokenType: "Bearer",
      expiresInSeconds: 900,
      user: { email: "one@example.com" },
      tenant: { id: north, name: "North" },
      role: "supervisor",
    });
    const caller = await callerOf(signedIn.accessToken);
    expect(caller).toMatchObject({ subject: signedIn.user.id, tenantId: north, role: "supervisor" });
    const remainingMs = (caller.expiresAtMs ?? 0) - Date.now();
    expect(remainingMs).toBeGreaterThan(890_000);
    expect(remainingMs).toBeLessThanOrEqual(900_000);
  });

  test("asks a member of several tenants to name one, and lists them", async () => {
    await expect(enter("two@example.com")).rejects.toMatchObject({
      code: "unprocessable",
      errors: [
        { pointer: "/tenant", detail: `${north} (North)` },
        { pointer: "/tenant", detail: `${south} (South)` },
      ],
    });
    await expect(enter("two@example.com", south)).resolves.toMatchObject({ role: "admin", tenant: { id: south } });
    await expect(enter("two@example.com", south.toUpperCase())).resolves.toMatchObject({ tenant: { id: south } });
    await expect(enter("two@example.com", "North")).resolves.toMatchObject({ role: "agent", tenant: { id: north } });
  });

  test("gives no token for a tenant that the user does not belong to", async () => {
    await expect(enter("one@example.com", south)).rejects.toMatchObject({
      code: "unprocessable",
      errors: [{ pointer: "/tenant", detail: `${north} (North)` }],
    });
    await expect(enter("none@example.com")).rejects.toMatchObject({ code: "forbidden" });
  });

  test("gives an operator a token without a tenant, read-only when the operator is", async () => {
    const full = await enter("op@example.com");
    expect(full).toMatchObject({ role: "operator", tenant: null });
    expect(await callerOf(full.accessToken)).toMatchObject({ role: "operator", readOnly: false });
    const readOnly = await enter("look@example.com");
    expect(await callerOf(readOnly.accessToken)).toMatchObject({ role: "operator", readOnly: true });
  });

  test("refuses wrong, unknown, disabled and without a password alike", async () => {
    const refusal = { code: "unauthenticated", message: "E-mail or password is wrong." };
    const options = { secret, database };
    await expect(signIn({ email: "one@example.com", password: "wrong" }, options)).rejects.toMatchObject(refusal);
    for (const email of ["nobody@example.com", "gone@example.com", "imported@example.com", "", "one@example.com\0"]) {
      await expect(enter(email)).rejects.toMatchObject(refusal);
    }
  });

  test("with a password that is changed while it is checked gives nothing: a change signs out everywhere", async () => {
    const email = "changing@example.com";
    await addUser(database, { email, password, memberships: [[north, "agent"]] });
    const changed = await hashPassword("another password");
    // the change waits in a transaction while the password is checked, and commits before tokens are made
    let entering: Promise<unknown> | undefined;
    await database.sql.begin(async (sql) => {
      await sql`update users set password_hash = ${changed} where email = ${email}`;
      entering = enter(email).catch((error: unknown) => error);
      await eventually(async () => {
        const [row] = await database.sql<{ waiting: number }[]>`
          select count(*)::int as waiting from pg_stat_activity
          where datname = current_database() and wait_event_type = 'Lock'`;
        expect(row?.waiting).toBe(1);
      });
    });
    await expect(entering).resolves.toMatchObject({ code: "unauthenticated" });
  });

  test("of an unknown user costs as much computation as a wrong password", async () => {
    // processor time of this process, not the clock: what else runs on the machine does not count
    const computedMicroseconds = async (email: string): Promise<number> => {
      const before = process.cpuUsage();
      for (let round = 0; round < 15; round++) {
        await expect(signIn({ email, password: "wrong" }, { secret, database })).rejects.toThrow();
      }
      const { user, system } = process.cpuUsage(before);
      return user + system;
    };
    const known = await computedMicroseconds("one@example.com");
    const unknown = await computedMicroseconds("nobody@example.com");
    expect(unknown / known).toBeGreaterThan(0.25);
    expect(unknown / known).toBeLessThan(4);
  });
});
