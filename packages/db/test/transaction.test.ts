import { randomUUID } from "node:crypto";
import { createTestDatabase, type TestDatabase } from "@deskpulse/testkit/database";
import { eventually } from "@deskpulse/testkit/eventually";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { sql as drizzleSql } from "drizzle-orm";
import type { TransactionSql } from "postgres";
import { isDatabaseAway, isStatementTimeout } from "../src/away.ts";
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

const signalled = () => ({ signal: new AbortController().signal });
async function loseConnection(sql: TransactionSql): Promise<void> {
  const [own] = await sql<{ pid: number }[]>`select pg_backend_pid() as pid`;
  await database.beside`select pg_terminate_backend(${own?.pid ?? 0}, 5000)`;
}
const addTenant = (sql: TransactionSql, id: string) => sql`insert into tenants (id, name) values (${id}, ${id})`;
const tenantCount = async (id: string) => (await database.sql`select from tenants where id = ${id}`).length;
/** The connection of the pool holds nothing: neither a transaction, nor an advisory lock. */
const advisoryLocks = async () =>
  (
    await database.sql`select from pg_locks where locktype = 'advisory'
  and database = (select oid from pg_database where datname = current_database())`
  ).length;

interface Gate {
  readonly opened: Promise<void>;
  open(): void;
}

function gate(): Gate {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}

describe("what a transaction sets ends with it", () => {
  const tenantId = randomUUID();
  const broken = new Error("broken");
  test.each<[string, () => Promise<unknown>]>([
    ["asTenant", () => asTenant(database, tenantId, ({ sql }) => sql`select 1`)],
    ["asTenant that rolls back", () => asTenant(database, tenantId, () => Promise.reject(broken))],
    ["asTenant whose statement fails", () => asTenant(database, tenantId, ({ sql }) => sql`select 1 / 0`)],
    ["asTenant that says nothing", () => asTenant(database, tenantId, async () => undefined)],
    ["asTenant with a signal", () => asTenant(database, tenantId, ({ sql }) => sql`select 1`, signalled())],
    [
      "asTenant whose closing fails",
      () => asTenant(database, tenantId, async ({ sql }) => sql.closing("select 1 / 0")),
    ],
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
  test("cancels what the closing waits for", async () => {
    const id = randomUUID();
    const controller = new AbortController();
    await database.beside`insert into tenants (id, name) values (${id}, ${id})`;
    const holding = connectDatabase({ url: testDatabase.url, connectionsMax: 1, applicationName: "test" });
    const [held, onwards] = [gate(), gate()];
    const holder = asEngine(holding, async ({ sql }) => {
      await sql`update tenants set name = 'held' where id = ${id}`;
      held.open();
      await onwards.opened;
    });
    await held.opened;
    const waiting = asEngine(
      database,
      async ({ sql }) => sql.closing("update tenants set name = 'waited' where id = $1::uuid", [id]),
      { signal: controller.signal, statementTimeoutMs: 60_000 },
    ).catch((error: { code?: string }) => error.code);
    await eventually(async () => {
      const blocked = await database.beside`select from pg_stat_activity where wait_event_type = 'Lock'
        and datname = current_database()`;
      expect(blocked).toHaveLength(1);
    });
    controller.abort(new Error("enough"));
    expect(await waiting).toBe("57014");
    onwards.open();
    await holder;
    await holding.close();
  });

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

describe("a first statement", () => {
  test.each<[string, (sql: TransactionSql) => Promise<unknown>]>([
    ["with parameters", (sql) => sql`select current_user::text as role, ${1}::int as one`],
    ["without", (sql) => sql`select current_user::text as role`],
    ["as plain text", (sql) => sql.unsafe("select current_user::text as role")],
    ["in a savepoint", (sql) => sql.savepoint((inner) => inner`select current_user::text as role`)],
    [
      "beside others",
      async (sql) => (await Promise.all([sql`select current_user::text as role`, sql`select ${2}::int`]))[0],
    ],
  ])("%s acts as the role, prepared or not", async (_what, work) => {
    const unprepared = connectDatabase({
      url: testDatabase.url,
      connectionsMax: 1,
      applicationName: "test",
      preparedStatements: false,
    });
    for (const pool of [database, unprepared, database, unprepared]) {
      expect(await asEngine(pool, ({ sql }) => work(sql))).toMatchObject([{ role: "deskpulse_engine" }]);
    }
    await unprepared.close();
  });

  test("runs into the time-out of its transaction", async () => {
    const slow = asEngine(database, ({ sql }) => sql`select pg_sleep(10)`, { statementTimeoutMs: 50 });
    await expect(slow).rejects.toMatchObject({ code: "57014" });
  });

  test("sees one snapshot with the next, when asked to", async () => {
    const id = randomUUID();
    const beside = async () => void (await database.beside`insert into tenants (id, name) values (${id}, ${id})`);
    const seen = await asEngine(
      database,
      async ({ sql }) => {
        await sql`select from tenants limit 1`;
        await beside();
        return await sql`select from tenants where id = ${id}`;
      },
      { isolation: "repeatable read" },
    );
    expect(seen).toHaveLength(0);
    expect(await tenantCount(id)).toBe(1);
  });
});

describe("what follows an opening that fails is not run", () => {
  const id = randomUUID();
  test.each<[string, (sql: TransactionSql) => Promise<unknown>]>([
    ["first statement", (sql) => addTenant(sql, id)],
    ["plain text", (sql) => sql.unsafe(`insert into tenants (id, name) values ('${id}', '${id}')`)],
    ["several at once", (sql) => Promise.all([sql`select 1`, addTenant(sql, id), sql.unsafe("select 2")])],
    ["a statement after the error was caught", (sql) => sql`select 1`.catch(() => addTenant(sql, id))],
    ["closing", async (sql) => sql.closing("insert into tenants (id, name) values ($1::uuid, $1)", [id])],
  ])("%s", async (_what, work) => {
    const nobody = [{ text: "select set_config('role', $1, true)", parameters: ["nobody_at_all"] }];
    for (const [mode, opening] of [
      ["", nobody],
      ["isolation level of none", []],
    ] as const) {
      await expect(database.sql.begin(mode, work, opening)).rejects.toMatchObject({ name: "PostgresError" });
    }
    expect(await tenantCount(id)).toBe(0);
  });
});

describe("a transaction rejects", () => {
  const id = randomUUID();
  test.each<[string, (sql: TransactionSql) => Promise<unknown>, object]>([
    [
      "when the work throws before any statement",
      () => {
        throw new Error("early");
      },
      { message: "early" },
    ],
    ["when its error was caught by the work", (sql) => sql`select 1 / 0`.catch(() => 1), { code: "22012" }],
    [
      "when a statement fails that nobody waits for",
      async (sql) => {
        await addTenant(sql, id);
        sql`select 1 / 0`.execute();
      },
      { code: "22012" },
    ],
    [
      "when its closing fails",
      async (sql) => {
        await addTenant(sql, id);
        sql.closing("select 1 / $1::int", ["0"]);
      },
      { code: "22012" },
    ],
    [
      "when a parameter cannot be sent",
      async (sql) => {
        await sql`select ${undefined as unknown as string}`.catch(() => addTenant(sql, id));
      },
      { code: "UNDEFINED_VALUE" },
    ],
    [
      "when its connection is lost, whatever the work does about it",
      async (sql) => {
        await addTenant(sql, id);
        await loseConnection(sql);
        await sql`select 1`.catch(() => undefined);
        await eventually(async () => expect(await database.sql`select 1 as one`).toEqual([{ one: 1 }]));
        await addTenant(sql, id);
      },
      { code: "CONNECTION_CLOSED" },
    ],
  ])("%s", async (_what, work, error) => {
    await expect(asEngine(database, ({ sql }) => work(sql))).rejects.toMatchObject(error);
    expect(await tenantCount(id)).toBe(0);
    expect(await advisoryLocks()).toBe(0);
  });
});

test("a lost transaction says nothing in the next one of its connection", async () => {
  const [lostId, keptId] = [randomUUID(), randomUUID()];
  let refused: unknown;
  let lostSql: TransactionSql | undefined;
  const lost = asEngine(database, async ({ sql }) => {
    lostSql = sql;
    await loseConnection(sql);
    await sql`select 1`;
  });
  await expect(lost).rejects.toMatchObject({ code: "CONNECTION_CLOSED" });
  await asEngine(database, async ({ sql }) => {
    await addTenant(sql, keptId);
    if (lostSql === undefined) return;
    refused = await addTenant(lostSql, lostId).catch((error: unknown) => error);
  });
  expect(refused).toMatchObject({ code: "CONNECTION_CLOSED" });
  expect([await tenantCount(lostId), await tenantCount(keptId)]).toEqual([0, 1]);
});

test("a query that fails after some of its rows leaves none to the next", async () => {
  await expect(engineStatement(database, "select 1 / (3 - g) as one from generate_series(1, 5) g")).rejects.toThrow();
  expect(await database.sql`select 1 as one`).toEqual([{ one: 1 }]);
});

test("a closing is part of its transaction, with statements before it and without", async () => {
  const ids = [randomUUID(), randomUUID(), randomUUID()] as const;
  const closing = "insert into tenants (id, name) values ($1::uuid, $1)";
  await asEngine(database, async ({ sql }) => {
    await addTenant(sql, ids[0]);
    sql.closing(closing, [ids[1]]);
  });
  await asEngine(database, async ({ sql }) => sql.closing(closing, [ids[2]]));
  expect(await Promise.all(ids.map(tenantCount))).toEqual([1, 1, 1]);
});

test("a server that is away leaves no connection waited for in vain", async () => {
  const away = connectDatabase({
    url: "postgres://nobody@127.0.0.1:1/none",
    connectionsMax: 2,
    applicationName: "test",
  });
  for (let round = 0; round < 2; round++) {
    const outcomes = await Promise.allSettled(
      Array.from({ length: 5 }, () => asEngine(away, ({ sql }) => sql`select 1`)),
    );
    for (const outcome of outcomes) {
      expect(outcome.status === "rejected" && isDatabaseAway(outcome.reason)).toBe(true);
    }
  }
  await away.close();
});

test("close waits for a transaction that has said nothing yet; renew ends it", async () => {
  const pool = connectDatabase({ url: testDatabase.url, connectionsMax: 2, applicationName: "test" });
  const [onwards, renewed] = [gate(), gate()];
  const cut = asEngine(pool, async ({ sql }) => {
    await sql`select 1`;
    await renewed.opened;
    await sql`select 1`;
  });
  await asEngine(pool, ({ sql }) => sql`select 1`);
  pool.renew();
  renewed.open();
  expect(isDatabaseAway(await cut.catch((error: unknown) => error))).toBe(true);
  const quiet = asEngine(pool, async ({ sql }) => {
    await onwards.opened;
    return await sql`select 1 as one`;
  });
  await asEngine(pool, ({ sql }) => sql`select 1`);
  const closed = pool.close();
  onwards.open();
  expect(await quiet).toEqual([{ one: 1 }]);
  await closed;
});

test("an error of a query through Drizzle is Postgres' own, and shows no parameters", async () => {
  const query = drizzleSql`select pg_sleep(10), ${"a secret"}::text`;
  const slow = await asEngine(database, (tx) => tx.orm.execute(query), { statementTimeoutMs: 100 }).catch(
    (error: unknown) => error,
  );
  expect(isStatementTimeout(slow)).toBe(true);
  expect(String(slow)).not.toContain("a secret");
});
