import { setImmediate } from "node:timers/promises";
import { connectDatabase } from "@deskpulse/db/connect";
import { createTestDatabase } from "@deskpulse/testkit/database";
import { eventually } from "@deskpulse/testkit/eventually";
import { expect, test } from "@jest/globals";
import { createDailyCalls } from "../../src/tenants/daily-calls.ts";
import { addTenant } from "../api-fixture.ts";

test("a plan that is read again goes on limiting meanwhile, also while Postgres is away", async () => {
  const testDatabase = await createTestDatabase();
  const database = connectDatabase({ url: testDatabase.url, connectionsMax: 1, applicationName: "test" });
  const tenantId = await addTenant(database, "Acme");
  await database.sql`update tenants set plan = 'free' where id = ${tenantId}`;
  const dailyCalls = createDailyCalls(database, 10);
  await eventually(async () => expect(dailyCalls(tenantId)).toBe(10_000));
  /** All answers of a time in which what is known ends again and again. */
  async function answers(): Promise<Set<number | null>> {
    const seen = new Set<number | null>();
    for (const endMs = Date.now() + 100; Date.now() < endMs; await setImmediate()) seen.add(dailyCalls(tenantId));
    return seen;
  }
  expect(await answers()).toEqual(new Set([10_000]));
  await database.close();
  expect(await answers()).toEqual(new Set([10_000]));
  await testDatabase.drop();
});
