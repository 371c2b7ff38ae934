import { randomUUID } from "node:crypto";
import { findingList, findingWithActions } from "@deskpulse/contract/performance/finding";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type ApiFixture, startApiFixture } from "../api-fixture.ts";
import { expectProblem } from "../expect-problem.ts";
import { runOf } from "../run-of.ts";

let api: ApiFixture;
const [open, resolved] = ["019a0000-0000-7000-8000-000000000001", "019a0000-0000-7000-8000-000000000002"];
const index = 'CREATE INDEX "customers_advised" ON public.customers USING btree (name)';

beforeAll(async () => {
  api = await startApiFixture();
  const { sql } = api.database;
  await sql`
    insert into findings (id, kind, subject, severity, confidence, evidence, benefit, risk, resolved_at) values
      (${open}, 'stale-statistics', 'table public.x', 'warning', 'high', '{"liveRows": 5}', 'b', 'r', null),
      (${resolved}, 'duplicate-index', 'index public.y', 'warning', 'high', '{}', 'b', 'r', now())`;
});
afterAll(() => api?.stop());

async function addAction(state: string, definitionAfter: string | null): Promise<string> {
  const id = randomUUID();
  await api.database.sql`
    insert into actions (id, finding_id, run_id, state, command, schema_name, table_name, index_name, lookup_columns, sql,
      undo_sql, definition_after, begun_at, ended_at)
    values (${id}, ${resolved}, ${randomUUID()}, ${state}, 'create-index', 'public', 'customers', 'customers_advised',
      '{name}', 'x', 'y', ${definitionAfter}, now(), now())`;
  return id;
}

describe("POST /api/performance/optimize/database", () => {
  const path = "/api/performance/optimize/database";

  test("202 for an operator, a plan unless said otherwise; the same key gives the same run", async () => {
    const headers = { "idempotency-key": "once" };
    const first = await runOf(await api.send("POST", path, "operator", { body: {}, headers }), 202);
    const again = await runOf(await api.send("POST", path, "operator", { body: {}, headers }), 202);
    expect(again.id).toBe(first.id);
    expect(first).toMatchObject({ job: "performance.optimize-database", tenantId: null, startedBy: "operator" });
    const [row] = await api.database.sql`select input->>'mode' as mode from job_runs where id = ${first.id}`;
    expect(row).toEqual({ mode: "plan" });
  });

  test.each(["agent", "admin", "readOnlyOperator"] as const)("403 for %s", async (who) => {
    await expectProblem(await api.send("POST", path, who, { body: {} }), 403);
  });

  test.each([{ mode: "both" }, { kinds: ["bloat"] }, { tables: "customers" }, { sql: "drop table x" }])(
    "400 for %j",
    async (body) => {
      await expectProblem(await api.send("POST", path, "operator", { body }), 400);
    },
  );
});

describe("GET /api/performance/findings", () => {
  const list = async (query: string) => {
    const response = await api.send("GET", `/api/performance/findings${query}`, "operator");
    expect(response.status).toBe(200);
    return findingList.parse(await response.json());
  };

  test("200 with all, newest first, by state and kind, page by page", async () => {
    const ids = async (query: string) => (await list(query)).items.map(({ id }) => id);
    expect(await ids("")).toEqual([resolved, open]);
    expect(await ids("?state=open")).toEqual([open]);
    expect(await ids("?state=resolved")).toEqual([resolved]);
    expect(await ids("?kind=stale-statistics")).toEqual([open]);
    const page = await list("?limit=1");
    expect(page).toMatchObject({ items: [{ id: resolved }], nextCursor: resolved });
    expect(await list(`?limit=1&cursor=${page.nextCursor}`)).toMatchObject({ items: [{ id: open }], nextCursor: null });
  });

  test("200 for one with its actions, 404 for none, 403 for an admin", async () => {
    const id = await addAction("verified", index);
    const response = await api.send("GET", `/api/performance/findings/${resolved}`, "operator");
    const finding = findingWithActions.parse(await response.json());
    expect(finding.actions).toEqual([expect.objectContaining({ id, state: "verified", table: "public.customers" })]);
    await expectProblem(await api.send("GET", `/api/performance/findings/${randomUUID()}`, "operator"), 404);
    await expectProblem(await api.send("GET", `/api/performance/findings/${resolved}`, "admin"), 403);
  });
});

describe("POST /api/performance/actions/{actionId}/undo", () => {
  const undo = (id: string, who: "operator" | "admin" = "operator") =>
    api.send("POST", `/api/performance/actions/${id}/undo`, who);

  test("202 when the index is as it was built, 409 when it was changed or is gone", async () => {
    const { sql } = api.database;
    await sql`create index customers_advised on customers (name)`;
    const [built] = await sql<
      { definition: string }[]
    >`select pg_get_indexdef('customers_advised'::regclass) as definition`;
    const id = await addAction("verified", built?.definition ?? "");
    expect(await runOf(await undo(id), 202)).toMatchObject({ job: "performance.undo-action" });
    await sql`drop index customers_advised`;
    await expectProblem(await undo(id), 409);
    await sql`create index customers_advised on customers (name desc)`;
    await expectProblem(await undo(id), 409);
  });

  test.each(["planned", "failed", "undone"])("409 when the action is %s", async (state) => {
    await expectProblem(await undo(await addAction(state, null)), 409);
  });

  test("404 for no action, 403 for an admin", async () => {
    await expectProblem(await undo(randomUUID()), 404);
    await expectProblem(await undo(randomUUID(), "admin"), 403);
  });
});
