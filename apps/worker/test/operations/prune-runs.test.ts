import { randomBytes, randomUUID } from "node:crypto";
import { connectDatabase, type Database } from "@deskpulse/db/connect";
import { lowestIdAt } from "@deskpulse/db/jobs/list-runs";
import { asEngine } from "@deskpulse/db/transaction";
import { createTestDatabase, type TestDatabase } from "@deskpulse/testkit/database";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { pruneRuns } from "../../src/operations/prune-runs.ts";

const dayMs = 86_400_000;

let testDatabase: TestDatabase;
let database: Database;
beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = connectDatabase({ url: testDatabase.url, connectionsMax: 3, applicationName: "test" });
});
afterAll(async () => {
  await database?.close();
  await testDatabase?.drop();
});

function prune(keepDays: number) {
  const { signal } = new AbortController();
  const ctx = {
    runId: randomUUID(),
    tenantId: null,
    createdBy: "olga",
    attempt: 1,
    signal,
    log: () => undefined,
    progress: () => undefined,
    database,
    inEngine: <T>(work: Parameters<typeof asEngine<T>>[1]) => asEngine(database, work, { signal }),
    inTenant: () => Promise.reject(new Error("an operator's run has no tenant")),
    finishIn: () => Promise.reject(new Error("an operator's run has no tenant")),
  };
  return pruneRuns({ input: { keepDays }, ctx });
}

test("tokens go once they have expired, used and revoked ones not before", async () => {
  const { sql } = database;
  const userId = randomUUID();
  await sql`insert into users (id, email, name) values (${userId}, 'ann@example.com', 'Ann')`;
  const refresh = async (ends: string, mark: "used_at" | "revoked_at" | null): Promise<string> => {
    const id = randomUUID();
    await sql`
      insert into refresh_tokens (id, family_id, user_id, secret_hash, expires_at)
      values (${id}, ${randomUUID()}, ${userId}, ${randomBytes(32)}, now() + ${ends}::text::interval)`;
    if (mark !== null) await sql`update refresh_tokens set ${sql(mark)} = now() where id = ${id}`;
    return id;
  };
  const revoke = async (tokenId: string, ends: string): Promise<void> => {
    await sql`insert into token_revocations (token_id, expires_at) values (${tokenId}, now() + ${ends}::text::interval)`;
  };
  const kept = [
    await refresh("1 minute", null),
    await refresh("1 minute", "used_at"),
    await refresh("1 minute", "revoked_at"),
  ];
  for (const mark of [null, "used_at", "revoked_at"] as const) await refresh("-1 second", mark);
  await revoke("lasting", "1 minute");
  // kept on for processes whose clock is behind
  await revoke("ended", "-11 minutes");

  expect(await prune(30)).toMatchObject({ tokensDeleted: 4 });
  const left = await sql<{ id: string }[]>`select id from refresh_tokens`;
  expect(left.map(({ id }) => id).sort()).toEqual(kept.sort());
  expect(await sql`select token_id from token_revocations`).toEqual([{ token_id: "lasting" }]);
  expect(await prune(30)).toMatchObject({ tokensDeleted: 0 });
});

test("runs go when they ended before their keep, whatever is unfinished stays", async () => {
  const { sql } = database;
  const createdMs = Date.now() - 90 * dayMs;
  let runs = 0;
  const run = async (state: string, endedDaysAgo: number | null): Promise<string> => {
    runs += 1;
    const id = lowestIdAt(createdMs + runs);
    const ended = endedDaysAgo === null ? null : new Date(Date.now() - endedDaysAgo * dayMs);
    await sql`
      insert into job_runs (id, job, queue, state, input, created_by, created_at, run_at, finished_at)
      values (${id}, 'test.task', 'operations', ${state}, '{}', 'ann', now() - interval '90 days', now() - interval '90 days', ${ended})`;
    return id;
  };
  const kept = [await run("completed", 6), await run("queued", null)];
  await run("completed", 8);
  await run("failed", 60);
  expect(await prune(7)).toMatchObject({ runsDeleted: 2 });
  expect((await sql<{ id: string }[]>`select id from job_runs`).map(({ id }) => id).sort()).toEqual(kept.sort());
});
