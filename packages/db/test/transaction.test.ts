import { randomUUID } from "node:crypto";
import { createTestDatabase, type TestDatabase } from "@deskpulse/testkit/database";
import { eventually } from "@deskpulse/testkit/eventually";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { connectDatabase, type Database } from "../src/connect.ts";
import { engineStatement } from "../src/single-statement.ts";
import { asEngine, asTenant } from "../src/transaction.ts";

let testDatabase: TestDatabase;
/** One connection, so that what one transaction leaves behind the next would meet. */
let database: Database;
beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = connectDatabase({ url: testDatabase.url, connectionsMax: 1, applicationName: "test" });
});
afterAll(async () => {
  await database?.close();
  await testDatabase?.drop();
});

interface State {
  readonly pid: number;
  readonly role: string;
  readonly tenant: string | null;
  readonly timeout: string;
  readonly idle: string;
  readonly lock: string;
}

async function stateOfConnection(): Promise<State> {
  const [state] = await database.sql<State[]>`
    select pg_backend_pid() as pid, current_user::text as role, nullif(current_setting('app.tenant_id', true), '') as tenant,
      current_setting('statement_timeout') as timeout, current_setting('lock_timeout') as lock,
      current_setting('idle_in_transaction_session_timeout') as idle`;
  if (!state) throw new Error("the connection said nothing");
  return state;
}

describe("what a transaction sets ends with it", () => {
  const tenantId = randomUUID();
  const broken = new Error("broken");
  test.each<[string, () => Promise<unknown>]>([
    ["asTenant", () => asTenant(database, tenantId, ({ sql }) => sql`select 1`)],
    ["asTenant that rolls back", () => asTenant(database, tenantId, () => Promise.reject(broken))],
    ["asTenant whose statement fails", () => asTenant(database, tenantId, ({ sql }) => sql`select 1 / 0`)],
    ["asEngine", () => asEngine(database, ({ sql }) => sql`select 1`)],
    ["engineStatement", () => engineStatement(database, "select 1 as one")],
    ["engineStatement that fails", () => engineStatement(database, "select 1 / 0 as one")],
  ])("%s", async (_what, transaction) => {
    const before = await stateOfConnection();
    await transaction().catch(() => undefined);
    expect(await stateOfConnection()).toEqual(before);
    expect(before).toMatchObject({ tenant: null, timeout: "0", idle: "0", lock: "0" });
  });
});

test("a transaction acts as its role and tenant, with its time-out", async () => {
  const tenantId = randomUUID();
  const state = ({ sql }: { sql: Database["sql"] | Parameters<Parameters<Database["sql"]["begin"]>[1]>[0] }) =>
    sql`select current_user::text as role, current_setting('app.tenant_id') as tenant,
      current_setting('statement_timeout') as timeout, current_setting('idle_in_transaction_session_timeout') as idle`;
  expect(await asTenant(database, tenantId, (tx) => state(tx), { statementTimeoutMs: 1_234 })).toEqual([
    { role: "deskpulse_tenant", tenant: tenantId, timeout: "1234ms", idle: "1min" },
  ]);
  expect(await asEngine(database, (tx) => state(tx))).toEqual([
    { role: "deskpulse_engine", tenant: "", timeout: "5s", idle: "1min" },
  ]);
});

test("a transaction that rejects leaves nothing behind", async () => {
  const id = randomUUID();
  const refused = asEngine(database, async ({ sql }) => {
    await sql`insert into tenants (id, name) values (${id}, ${id})`;
    throw new Error("no");
  });
  await expect(refused).rejects.toThrow("no");
  expect(await database.sql`select from tenants where id = ${id}`).toHaveLength(0);
});

describe("an aborted signal", () => {
  test("cancels the statement in flight, though the pool is busy with it", async () => {
    const controller = new AbortController();
    const sleeping = asEngine(database, ({ sql }) => sql`select pg_sleep(30)`, {
      signal: controller.signal,
      statementTimeoutMs: 60_000,
    });
    const outcome = sleeping.then(
      () => "slept",
      (error: { code?: string }) => error.code,
    );
    await eventually(async () => {
      const rows =
        await database.beside`select from pg_stat_activity where query = 'select pg_sleep(30)' and state = 'active'
        and datname = current_database()`;
      expect(rows).toHaveLength(1);
    });
    controller.abort(new Error("enough"));
    expect(await outcome).toBe("57014");
  });

  test("before the beginning begins nothing", async () => {
    let begun = false;
    const work = async (): Promise<void> => {
      begun = true;
    };
    await expect(asEngine(database, work, { signal: AbortSignal.abort(new Error("enough")) })).rejects.toThrow(
      "enough",
    );
    expect(begun).toBe(false);
  });

  test("while it waits for a connection begins nothing", async () => {
    const controller = new AbortController();
    let begun = false;
    const first = asEngine(database, ({ sql }) => sql`select pg_sleep(0.2)`);
    const second = asEngine(
      database,
      async () => {
        begun = true;
      },
      { signal: controller.signal },
    );
    controller.abort(new Error("enough"));
    await expect(second).rejects.toThrow("enough");
    await first;
    expect(begun).toBe(false);
  });

  test("after the work rolls it back", async () => {
    const id = randomUUID();
    const controller = new AbortController();
    const work = asEngine(
      database,
      async ({ sql }) => {
        await sql`insert into tenants (id, name) values (${id}, ${id})`;
        controller.abort(new Error("enough"));
      },
      { signal: controller.signal },
    );
    await expect(work).rejects.toThrow();
    expect(await database.sql`select from tenants where id = ${id}`).toHaveLength(0);
  });
});
