import { randomUUID } from "node:crypto";
import type { JobOutput } from "@deskpulse/jobs/define-job";
import { eraseTenant as job } from "@deskpulse/jobs/tenants/erase-tenant";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { eraseTenant } from "../../src/tenants/erase-tenant.ts";
import { createIngestWorld, type IngestWorld } from "../ingest/ingest-world.ts";
import { runContext } from "../run-context.ts";
import { openTestCache } from "../test-cache.ts";

type Output = JobOutput<typeof job>;

let world: IngestWorld;
const { cache, stop } = openTestCache();
beforeAll(async () => {
  world = await createIngestWorld();
});
afterAll(async () => {
  await stop();
  await world?.stop();
});

const at = (minute: number) => new Date(Date.UTC(2026, 4, 4, 9, minute)).toISOString();
const life = [
  { id: "0", type: "conversation.created", at: at(0), conversation: "a", inbox: "web", customer: "zed", team: "desk" },
  { id: "1", type: "message.created", at: at(5), conversation: "a", direction: "out", sender: "agent", agent: "bo" },
  { id: "2", type: "conversation.labelled", at: at(6), conversation: "a", labels: ["vip"] },
  { id: "3", type: "conversation.status", at: at(20), conversation: "a", status: "resolved" },
  { id: "4", type: "csat.sent", at: at(21), conversation: "a" },
];

async function erase(request: object, attempt = 1): Promise<Output> {
  const ctx = runContext<Output>(world.database, null, { attempt });
  return job.output.parse(await eraseTenant({ cache })({ input: job.input.parse(request), ctx }));
}

/** How many rows each table has of the tenant; tables without any are left out. */
async function rowsOf(tenantId: string): Promise<Record<string, number>> {
  const { sql } = world.database;
  const tables = await sql<{ name: string }[]>`
    select table_name as name from information_schema.columns
    where table_schema = 'public' and column_name = 'tenant_id' order by 1`;
  const counts: Record<string, number> = {};
  for (const { name } of tables) {
    const [row] = await sql<{ count: number }[]>`
      select count(*)::int as count from ${sql(name)} where tenant_id = ${tenantId}`;
    if (row !== undefined && row.count > 0) counts[name] = row.count;
  }
  return counts;
}
const nameOf = async (tenantId: string): Promise<string> =>
  (await world.database.sql<{ name: string }[]>`select name from tenants where id = ${tenantId}`)[0]?.name ?? "";

async function addMember(tenantIds: readonly string[], operator: string | null = null): Promise<string> {
  const id = randomUUID();
  const { sql } = world.database;
  await sql`insert into users (id, name, email, operator) values (${id}, 'Member', ${`${id}@example.org`}, ${operator})`;
  for (const tenantId of tenantIds) {
    await sql`insert into memberships (tenant_id, user_id, role) values (${tenantId}, ${id}, 'admin')`;
  }
  return id;
}

test("leaves nothing of the tenant, nor of users who belonged to it alone, and nothing else undone", async () => {
  const [tenantId, otherId] = [await world.addTenant(), await world.addTenant()];
  for (const id of [tenantId, otherId]) await world.send(id, life);
  const [only, shared, operator] = [
    await addMember([tenantId]),
    await addMember([tenantId, otherId]),
    await addMember([tenantId], "full"),
  ];
  const { sql } = world.database;
  await sql`
    insert into job_runs (id, tenant_id, job, queue, state, input, created_by, created_at, run_at, finished_at)
    values (${randomUUID()}, ${tenantId}, 'test', 'analytics', 'completed', '{}', 'ann', now(), now(), now())`;
  const place = { namespace: "reports", tenantId, key: "a report" } as const;
  await cache.set(place, { text: "figures", madeAtMs: Date.now() });
  const other = await rowsOf(otherId);
  const otherFigures = await world.figures(otherId);

  const erased = await erase({ tenantId, name: await nameOf(tenantId) });

  expect(erased.rowsDeleted).toBeGreaterThan(life.length);
  // what tells processes that tokens of its members are void
  expect(Object.keys(await rowsOf(tenantId))).toEqual(["token_revocations"]);
  expect(await nameOf(tenantId)).toBe("");
  expect(await cache.get(place, 0)).toBeNull();
  expect(await rowsOf(otherId)).toEqual({ ...other });
  expect(await world.figures(otherId)).toEqual(otherFigures);
  const left = await sql<{ id: string }[]>`select id from users where id in ${sql([only, shared, operator])}`;
  expect(left.map(({ id }) => id).sort()).toEqual([shared, operator].sort());
  const [entry] = await sql`select actor, act, object, outcome from audit_log where act = 'tenant.erase'`;
  expect(entry).toEqual({ actor: "olga", act: "tenant.erase", object: `tenant:${tenantId}`, outcome: "done" });
  // an attempt that comes after the last statement of the one before has nothing left to do
  expect(await erase({ tenantId, name: "whatever" }, 2)).toEqual({ rowsDeleted: 0, usersDeleted: 0 });
});

test("wants the tenant's name, and a tenant that is there; else nothing changes", async () => {
  const tenantId = await world.addTenant();
  await world.send(tenantId, life);
  const before = await rowsOf(tenantId);
  await expect(erase({ tenantId, name: "another" })).rejects.toThrow("the tenant has another name");
  await expect(erase({ tenantId: randomUUID(), name: "another" })).rejects.toThrow("there is no such tenant");
  expect(await rowsOf(tenantId)).toEqual(before);
});
