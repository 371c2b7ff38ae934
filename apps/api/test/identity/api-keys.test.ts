import { randomUUID } from "node:crypto";
import { hashPassword } from "@deskpulse/identity/password";
import { eventually } from "@deskpulse/testkit/eventually";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type ApiFixture, addUser, countRows, startApiFixture, tokenFor } from "../api-fixture.ts";
import { expectProblem, pointersOf } from "../expect-problem.ts";

interface Key {
  readonly id: string;
  readonly name: string;
  readonly secret: string;
  readonly lastUsedAt: string | null;
  readonly revokedAt: string | null;
  readonly createdBy: string | null;
}
let api: ApiFixture;
beforeAll(async () => {
  api = await startApiFixture();
});
afterAll(() => api.stop());

type Who = Parameters<ApiFixture["send"]>[2];
const create = (body: unknown, who: Who = "admin") => api.send("POST", "/api/api-keys", who, { body });
const list = async (query = "", who: Who = "admin") => {
  const response = await api.send("GET", `/api/api-keys${query}`, who);
  expect(response.status).toBe(200);
  return (await response.json()) as { items: Key[]; nextCursor: string | null };
};
const use = (secret: string) =>
  fetch(`${api.origin}/api/jobs`, { headers: { authorization: `Bearer ${secret}` } }).then(({ status }) => status);
async function created(body: unknown, who: Who = "admin"): Promise<Key> {
  const response = await create(body, who);
  expect(response.status).toBe(201);
  expect(response.headers.get("cache-control")).toBe("no-store");
  return (await response.json()) as Key;
}
const acts = () =>
  api.database.sql<{ act: string; actor: string; object: string }[]>`
    select act, actor, object from audit_log where act like '%api-key' order by id`;

describe("POST /api/api-keys answers 201", () => {
  test("with a secret that works at once and that nobody sees again", async () => {
    const key = await created({ name: "importer", role: "agent" });
    expect(await use(key.secret)).toBe(200);
    const listed = await list();
    expect(listed.items.find(({ id }) => id === key.id)).toEqual({
      id: key.id,
      name: "importer",
      role: "agent",
      createdBy: null,
      createdAt: expect.any(String),
      expiresAt: null,
      revokedAt: null,
      lastUsedAt: expect.any(String),
    });
    expect(JSON.stringify(listed)).not.toContain(key.secret.slice(4));
    const [row] = await api.database.sql`select row_to_json(k)::text as text from api_keys k where id = ${key.id}`;
    expect(row?.text).not.toContain(key.secret.slice(4));
    expect(await acts()).toContainEqual({
      act: "create-api-key",
      actor: "admin-of-acme",
      object: `api-key:${key.id}`,
    });
  });

  test("with no more than its role, with its expiry and its maker", async () => {
    const userId = await addUser(api.database, {
      email: "maker@example.com",
      passwordHash: await hashPassword("x".repeat(12)),
      memberships: [[api.tenants.acme, "admin"]],
    });
    const maker = await tokenFor({ subject: userId, role: "admin", tenantId: api.tenants.acme });
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    const response = await fetch(`${api.origin}/api/api-keys`, {
      method: "POST",
      headers: { authorization: `Bearer ${maker}`, "content-type": "application/json" },
      body: JSON.stringify({ name: "brief", role: "supervisor", expiresAt }),
    });
    const key = (await response.json()) as Key;
    expect(key).toMatchObject({ expiresAt, createdBy: userId });
    const asKey = { authorization: `Bearer ${key.secret}` };
    await expectProblem(await fetch(`${api.origin}/api/api-keys`, { headers: asKey }), 403);
  });

  test("anew under the same Idempotency-Key: the answer is stored nowhere", async () => {
    const before = await countRows(api.database, "api_keys");
    const headers = { "idempotency-key": "same" };
    const body = { name: "twin", role: "agent" };
    for (const _ of [1, 2]) await api.send("POST", "/api/api-keys", "admin", { headers, body });
    expect(await countRows(api.database, "api_keys")).toBe(before + 2);
    expect(await countRows(api.database, "idempotency_keys")).toBe(0);
  });

  test("to an operator who names the tenant", async () => {
    await created({ name: "by operator", role: "agent", tenantId: api.tenants.birch }, "operator");
    expect((await list("", "foreignAdmin")).items.map(({ name }) => name)).toEqual(["by operator"]);
  });
});

test("POST /api/api-keys refuses and stores nothing", async () => {
  const before = await countRows(api.database, "api_keys");
  const sound = { name: "key", role: "agent" };
  for (const who of ["agent", "supervisor", "readOnlyOperator"] as const)
    await expectProblem(await create(sound, who), 403);
  for (const body of [
    {},
    { name: "key" },
    { ...sound, role: "operator" },
    { ...sound, extra: 1 },
    { ...sound, expiresAt: "soon" },
  ]) {
    await expectProblem(await create(body), 400);
  }
  const past = await expectProblem(await create({ ...sound, expiresAt: "2020-01-01T00:00:00Z" }), 422);
  expect(pointersOf(past)).toEqual(["/expiresAt"]);
  await expectProblem(await create({ ...sound, name: " " }), 422);
  await expectProblem(await create(sound, "operator"), 422);
  await expectProblem(await create({ ...sound, tenantId: api.tenants.birch }), 404);
  await expectProblem(await create(sound, "ghost"), 404);
  expect(await countRows(api.database, "api_keys")).toBe(before);
});

test("GET /api/api-keys pages through the tenant's keys, newest first, and shows no other tenant's", async () => {
  const made: string[] = [];
  for (const name of ["p1", "p2", "p3"]) made.unshift((await created({ name, role: "agent" })).id);
  const all = (await list()).items.map(({ id }) => id);
  expect(all.slice(0, 3)).toEqual(made);
  const paged: string[] = [];
  let cursor: string | null = null;
  do {
    const page = await list(`?limit=2${cursor === null ? "" : `&cursor=${cursor}`}`);
    paged.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor;
  } while (cursor !== null);
  expect(paged).toEqual(all);
  expect((await list("", "foreignAdmin")).items.map(({ id }) => id)).not.toContain(made[0]);
  await expectProblem(await api.send("GET", `/api/api-keys?tenantId=${api.tenants.birch}`, "admin"), 404);
});

describe("DELETE /api/api-keys/{keyId}", () => {
  const revoke = (id: string, who: Who = "admin") => api.send("DELETE", `/api/api-keys/${id}`, who);

  test("answers 204, again too, and the key stops within 5 s although it is remembered", async () => {
    const key = await created({ name: "leaked", role: "agent" });
    const other = await created({ name: "kept", role: "agent" });
    expect([await use(key.secret), await use(other.secret)]).toEqual([200, 200]);
    expect((await revoke(key.id)).status).toBe(204);
    const startedAtMs = Date.now();
    await eventually(async () => expect(await use(key.secret)).toBe(401));
    expect(Date.now() - startedAtMs).toBeLessThan(4_000);
    expect(await use(other.secret)).toBe(200);
    expect((await revoke(key.id)).status).toBe(204);
    expect((await list()).items.find(({ id }) => id === key.id)?.revokedAt).not.toBeNull();
    const entries = (await acts()).filter(({ act, object }) => act === "revoke-api-key" && object.endsWith(key.id));
    expect(entries).toHaveLength(1);
  });

  test("answers 404 to another tenant's key, an unknown one and what is no id, and changes nothing", async () => {
    const key = await created({ name: "safe", role: "agent" });
    await expectProblem(await revoke(key.id, "foreignAdmin"), 404);
    await expectProblem(await revoke(randomUUID()), 404);
    await expectProblem(await revoke("x"), 404);
    for (const who of ["agent", "supervisor", "readOnlyOperator"] as const)
      await expectProblem(await revoke(key.id, who), 403);
    expect(await use(key.secret)).toBe(200);
    expect((await revoke(key.id, "operator")).status).toBe(204);
  });
});
