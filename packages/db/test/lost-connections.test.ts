import { randomUUID } from "node:crypto";
import { createTestDatabase, type TestDatabase } from "@deskpulse/testkit/database";
import { eventually } from "@deskpulse/testkit/eventually";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { isDatabaseAway } from "../src/away.ts";
import { connectDatabase, type Database } from "../src/connect.ts";
import { asEngine, asTenant } from "../src/transaction.ts";

const connectionsMax = 4;
const lanes = 16;
const perLane = 16;

let testDatabase: TestDatabase;
let database: Database;
beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = connectDatabase({ url: testDatabase.url, connectionsMax, applicationName: "lost" });
});
afterAll(async () => {
  await database?.close();
  await testDatabase?.drop();
});

const closing = "insert into labels (tenant_id, name, source_key) values (current_tenant(), 'closing', $1)";

test("backends that die at random cost what was in flight, and nothing else", async () => {
  const tenantIds = Array.from({ length: lanes }, () => randomUUID());
  await database.beside`insert into tenants (id, name) select id, id from unnest(${tenantIds}::uuid[]) id`;
  const resolved = new Map<string, number>();
  const inDoubt = new Map<string, number>();
  const unexpected: unknown[] = [];
  const add = (counts: Map<string, number>, tenantId: string) => counts.set(tenantId, (counts.get(tenantId) ?? 0) + 1);
  let working = lanes;
  let killed = 0;

  async function transact(tenantId: string, n: number): Promise<void> {
    const key = randomUUID();
    const signal = n % 2 === 0 ? { signal: new AbortController().signal } : {};
    await asTenant(
      database,
      tenantId,
      async ({ sql }) => {
        await sql`insert into labels (tenant_id, name, source_key) values (${tenantId}, 'first', ${key})`;
        if (n % 3 === 0) await sql`select pg_sleep(0.002)`;
        if (n % 5 === 0) throw new Error("rolled back");
        sql.closing(closing, [`${key}'`]);
      },
      signal,
    );
  }

  async function lane(tenantId: string): Promise<void> {
    for (let n = 1; n <= perLane; n++) {
      await transact(tenantId, n).then(
        () => add(resolved, tenantId),
        (error: unknown) => {
          if (isDatabaseAway(error)) add(inDoubt, tenantId);
          else if (!(error instanceof Error && error.message === "rolled back")) unexpected.push(error);
        },
      );
    }
    working--;
  }

  async function kill(): Promise<void> {
    while (working > 0) {
      const died = await database.beside`
        select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and application_name = 'lost' and pid <> pg_backend_pid()
        order by random() limit 1`;
      killed += died.length;
      await database.beside`select pg_sleep(${Math.random() * 0.03})`;
    }
  }

  await Promise.all([kill(), ...tenantIds.map(lane)]);
  expect(unexpected).toEqual([]);
  expect(killed).toBeGreaterThan(3);

  const rows = await database.beside<{ tenantId: string; pairs: number; halves: number }[]>`
    select t.id as "tenantId", count(l.id) filter (where l.name = 'first')::int as pairs,
      (count(l.id) filter (where l.name = 'first') - count(l.id) filter (where l.name = 'closing'))::int as halves
    from tenants t left join labels l on l.tenant_id = t.id where t.id = any (${tenantIds}::uuid[]) group by t.id`;
  expect(rows).toHaveLength(lanes);
  for (const { tenantId, pairs, halves } of rows) {
    const [sure, doubtful] = [resolved.get(tenantId) ?? 0, inDoubt.get(tenantId) ?? 0];
    expect(halves).toBe(0);
    // the answer to a commit may be lost with its connection
    expect(pairs).toBeGreaterThanOrEqual(sure);
    expect(pairs).toBeLessThanOrEqual(sure + doubtful);
  }

  // the whole pool serves, at the same time
  await eventually(async () => {
    let inside = 0;
    let most = 0;
    await Promise.all(
      Array.from({ length: connectionsMax }, () =>
        asEngine(database, async ({ sql }) => {
          most = Math.max(most, ++inside);
          await sql`select pg_sleep(0.1)`;
          inside--;
        }),
      ),
    );
    expect(most).toBe(connectionsMax);
  });
});
