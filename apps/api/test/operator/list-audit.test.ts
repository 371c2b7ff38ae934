import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type ApiFixture, startApiFixture } from "../api-fixture.ts";
import { expectProblem, pointersOf } from "../expect-problem.ts";

let api: ApiFixture;
beforeAll(async () => {
  api = await startApiFixture();
  const { sql } = api.database;
  const { acme, birch } = api.tenants;
  // two at one instant, so that the page's edge falls between them
  for (const [tenantId, actor, act, object, minute] of [
    [acme, "ann", "create-user", "user:1", 1],
    [acme, "ann", "remove-user", "user:1", 2],
    [acme, "bo", "create-user", "user:2", 2],
    [birch, "cy", "create-user", "user:3", 3],
    [null, "op", "pause-queue", "queue:analytics", 4],
  ] as const) {
    await sql`insert into audit_log (tenant_id, at, actor, act, object, outcome)
      values (${tenantId}, ${new Date(Date.UTC(2026, 0, 1, 0, minute))}, ${actor}, ${act}, ${object}, 'done')`;
  }
});
afterAll(() => api.stop());

interface Page {
  readonly items: { readonly actor: string; readonly object: string; readonly tenantId: string | null }[];
  readonly nextCursor: string | null;
}
async function list(who: Parameters<ApiFixture["send"]>[2], query = ""): Promise<Page> {
  const response = await api.send("GET", `/api/audit?${query}`, who);
  expect(response.status).toBe(200);
  return (await response.json()) as Page;
}
const objects = ({ items }: Page) => items.map(({ object }) => object);

test("200: an admin sees the own tenant's entries only, newest first", async () => {
  expect(objects(await list("admin"))).toEqual(["user:2", "user:1", "user:1"]);
  expect(objects(await list("foreignAdmin"))).toEqual(["user:3"]);
});

test("200: operators see all, or those of a tenant they name", async () => {
  for (const who of ["operator", "readOnlyOperator"] as const) {
    expect(objects(await list(who))).toEqual(["queue:analytics", "user:3", "user:2", "user:1", "user:1"]);
    expect(objects(await list(who, `tenantId=${api.tenants.birch}`))).toEqual(["user:3"]);
  }
});

test("200: page by page, each entry once, also of one instant", async () => {
  const seen: string[] = [];
  let cursor: string | null = "";
  while (cursor !== null) {
    const page: Page = await list("operator", `limit=1${cursor === "" ? "" : `&cursor=${cursor}`}`);
    seen.push(...objects(page));
    cursor = page.nextCursor;
  }
  expect(seen).toEqual(["queue:analytics", "user:3", "user:2", "user:1", "user:1"]);
});

test.each([
  ["actor=ann", ["user:1", "user:1"]],
  ["act=create-user", ["user:2", "user:1"]],
  ["object=user:2", ["user:2"]],
  ["from=2026-01-01T00:02:00Z", ["user:2", "user:1"]],
  ["to=2026-01-01T00:02:00Z", ["user:1"]],
  ["actor=ann&act=create-user", ["user:1"]],
  ["actor=nobody", []],
])("200: filtered by %s", async (query, expected) => {
  expect(objects(await list("admin", query))).toEqual(expected);
});

test("403 below admin, 404 for another tenant, 422 for a range that is none, 400 for a made-up cursor", async () => {
  await expectProblem(await api.send("GET", "/api/audit", "supervisor"), 403);
  await expectProblem(await api.send("GET", `/api/audit?tenantId=${api.tenants.birch}`, "admin"), 404);
  const range = "/api/audit?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z";
  expect(pointersOf(await expectProblem(await api.send("GET", range, "admin"), 422))).toEqual(["?from"]);
  await expectProblem(await api.send("GET", "/api/audit?cursor=abc", "admin"), 400);
  // the largest that the pattern lets through lies beyond all times
  expect((await api.send("GET", "/api/audit?cursor=999999999999999-1", "admin")).status).toBe(200);
  expect((await api.send("GET", "/api/audit?from=0000-01-01T00:00:00%2B23:59", "admin")).status).toBe(200);
});
