import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type ApiFixture, startApiFixture } from "../api-fixture.ts";
import { expectProblem, pointersOf } from "../expect-problem.ts";

let api: ApiFixture;
beforeAll(async () => {
  api = await startApiFixture();
});
afterAll(() => api.stop());

interface Inbox {
  readonly id: number;
  readonly workingHours: unknown;
}
async function answered<Body>(response: Response, status: number): Promise<Body> {
  const text = await response.text();
  expect({ status: response.status, text }).toEqual({ status, text: expect.any(String) });
  return JSON.parse(text) as Body;
}
const create = (who: Parameters<ApiFixture["send"]>[2], body: object, headers: Record<string, string> = {}) =>
  api.send("POST", "/api/inboxes", who, { body, headers });
const shop = { name: "Shop", channel: "chat" };

test("201 for an admin, once per Idempotency-Key; read by supervisors; written to the audit log", async () => {
  const headers = { "idempotency-key": "shop" };
  const inbox = await answered<Inbox>(await create("admin", shop, headers), 201);
  expect(inbox).toMatchObject({ ...shop, timezone: null, workingHours: null });
  expect(await answered(await create("admin", shop, headers), 201)).toEqual(inbox);
  expect(await answered(await api.send("GET", `/api/inboxes/${inbox.id}`, "supervisor"), 200)).toEqual(inbox);
  expect(await answered(await api.send("GET", "/api/inboxes", "supervisor"), 200)).toEqual({
    items: [inbox],
    nextCursor: null,
  });
  expect(
    await api.database.sql`select actor, act, object from audit_log where tenant_id = ${api.tenants.acme}`,
  ).toMatchObject([{ actor: "admin-of-acme", act: "create-inbox", object: `inbox:${inbox.id}` }]);
});

test("200 for its own hours and zone, unset again by null; each change starts a run for this inbox", async () => {
  const { id } = await answered<Inbox>(await create("admin", shop), 201);
  const change = (body: object) => api.send("PATCH", `/api/inboxes/${id}`, "admin", { body });
  const workingHours = { week: { sunday: [{ from: "00:00", to: "24:00" }] } };
  expect(await answered(await change({ workingHours, timezone: "australia/lord_howe" }), 200)).toMatchObject({
    timezone: "Australia/Lord_Howe",
    workingHours: { week: workingHours.week },
  });
  expect(await answered(await change({ workingHours: null, timezone: null }), 200)).toMatchObject({
    timezone: null,
    workingHours: null,
  });
  await answered(await change({ name: "Shop 2", channel: "email" }), 200);
  const runs = await api.database.sql`
    select input from job_runs where job = 'tenants.recompute-business-hours' and tenant_id = ${api.tenants.acme}`;
  expect(runs).toHaveLength(2);
  for (const { input } of runs) {
    expect(typeof input === "string" ? JSON.parse(input) : input).toEqual({ inboxId: id });
  }
});

test("403 below admin, 404 for a foreign inbox and one that is none, 422 for hours that overlap", async () => {
  await expectProblem(await create("supervisor", shop), 403);
  await expectProblem(await api.send("GET", "/api/inboxes", "agent"), 403);
  const { id } = await answered<Inbox>(await create("admin", shop), 201);
  for (const inboxId of [id, 0, "x", 999_999_999_999]) {
    await expectProblem(await api.send("GET", `/api/inboxes/${inboxId}`, "foreignAdmin"), 404);
    await expectProblem(await api.send("PATCH", `/api/inboxes/${inboxId}`, "foreignAdmin", { body: shop }), 404);
  }
  const monday = [
    { from: "09:00", to: "12:00" },
    { from: "11:00", to: "13:00" },
  ];
  const problem = await expectProblem(await create("admin", { ...shop, workingHours: { week: { monday } } }), 422);
  expect(pointersOf(problem)).toEqual(["/workingHours/week/monday/1"]);
  await expectProblem(await create("ghost", shop), 404);
});

test.each(["teams", "labels"])("200: the %s of the tenant in pages, and of no other", async (kind) => {
  const { sql } = api.database;
  for (const [tenantId, name] of [
    [api.tenants.acme, "a"],
    [api.tenants.acme, "b"],
    [api.tenants.birch, "c"],
  ] as const) {
    await sql`insert into ${sql(kind)} (tenant_id, name, source_key) values (${tenantId}, ${name}, ${name})`;
  }
  interface Page {
    readonly items: { readonly name: string }[];
    readonly nextCursor: string | null;
  }
  const first = await answered<Page>(await api.send("GET", `/api/${kind}?limit=1`, "supervisor"), 200);
  const next = `/api/${kind}?limit=1&cursor=${first.nextCursor}`;
  const second = await answered<Page>(await api.send("GET", next, "supervisor"), 200);
  expect([...first.items, ...second.items].map(({ name }) => name)).toEqual(["a", "b"]);
  expect(second.nextCursor).toBeNull();
  const operators = `/api/${kind}?tenantId=${api.tenants.birch}`;
  expect((await answered<Page>(await api.send("GET", operators, "readOnlyOperator"), 200)).items).toHaveLength(1);
  expect(pointersOf(await expectProblem(await api.send("GET", `/api/${kind}`, "operator"), 422))).toEqual([
    "?tenantId",
  ]);
});
