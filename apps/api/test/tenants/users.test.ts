import type { userBody } from "@deskpulse/contract/tenants/user";
import { hashPassword, verifyPassword } from "@deskpulse/identity/password";
import { eventually } from "@deskpulse/testkit/eventually";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { z } from "zod";
import { type ApiFixture, addTenant, addUser, startApiFixture, tokenFor } from "../api-fixture.ts";
import { expectProblem, pointersOf } from "../expect-problem.ts";

type User = z.output<typeof userBody>;
let api: ApiFixture;
let tenantId: string;
let tenants = 0;
beforeAll(async () => {
  api = await startApiFixture();
});
afterAll(() => api.stop());
beforeEach(async () => {
  tenants += 1;
  tenantId = await addTenant(api.database, `Tenant ${tenants}`);
});

async function answered<Body>(response: Response, status: number): Promise<Body> {
  const text = await response.text();
  expect({ status: response.status, text }).toEqual({ status, text: expect.any(String) });
  return JSON.parse(text) as Body;
}
const add = (body: object, headers: Record<string, string> = {}) =>
  api.send("POST", "/api/users", "operator", { body: { tenantId, ...body }, headers });
const path = (userId: string) => `/api/users/${userId}?tenantId=${tenantId}`;
const change = (userId: string, body: object) => api.send("PATCH", path(userId), "operator", { body });
const member = (email: string, role: "agent" | "admin") =>
  addUser(api.database, { email, passwordHash: null, memberships: [[tenantId, role]] });
const acts = async () =>
  (await api.database.sql<{ act: string }[]>`select act from audit_log where tenant_id = ${tenantId} order by id`).map(
    ({ act }) => act,
  );

describe("POST /api/users", () => {
  test("201: a new user who can sign in; the audit log holds no password", async () => {
    const body = { email: "New@Example.com", name: "New", role: "agent", password: "long enough" };
    const user = await answered<User>(await add(body), 201);
    expect(user).toMatchObject({
      email: "new@example.com",
      role: "agent",
      hasPassword: true,
      disabled: false,
      tenantId,
    });
    const signedIn = await api.send("POST", "/api/auth/token", null, {
      body: { email: "new@example.com", password: "long enough" },
    });
    expect(signedIn.status).toBe(200);
    const rows = await api.database.sql`select * from audit_log where tenant_id = ${tenantId}`;
    expect(rows).toMatchObject([{ actor: "operator", act: "create-user", object: `user:${user.id}` }]);
    expect(JSON.stringify(rows)).not.toContain("long enough");
  });

  test("201: who has the e-mail joins, and keeps name and password", async () => {
    const passwordHash = await hashPassword("their own");
    const id = await addUser(api.database, {
      email: "there@example.com",
      passwordHash,
      memberships: [[api.tenants.acme, "agent"]],
    });
    const body = { email: "there@example.com", name: "Other", role: "supervisor", password: "somebody else's" };
    expect(await answered(await add(body), 201)).toMatchObject({
      id,
      role: "supervisor",
      name: "Name of there@example.com",
    });
    expect(await api.database.sql`select password_hash from users where id = ${id}`).toEqual([
      { password_hash: passwordHash },
    ]);
    expect(await acts()).toEqual(["join-user"]);
    expect(pointersOf(await expectProblem(await add(body), 409))).toEqual(["/email"]);
  });

  test("409 for an operator's e-mail, 422 when an operator names no tenant, 404 for a foreign one, 403 below admin", async () => {
    await addUser(api.database, { email: "op@example.com", passwordHash: null, operator: "full" });
    const body = { email: "op@example.com", name: "Op", role: "agent" };
    await expectProblem(await add(body), 409);
    const unnamed = await expectProblem(await api.send("POST", "/api/users", "operator", { body }), 422);
    expect(pointersOf(unnamed)).toEqual(["/tenantId"]);
    await expectProblem(await api.send("POST", "/api/users", "admin", { body: { ...body, tenantId } }), 404);
    await expectProblem(await api.send("POST", "/api/users", "supervisor", { body }), 403);
    expect(await acts()).toEqual([]);
  });

  test("201 once per Idempotency-Key, and 422 for another password under it", async () => {
    const headers = { "idempotency-key": `key-${tenantId}` };
    const body = { email: `k${tenants}@example.com`, name: "K", role: "agent", password: "the first one" };
    const first = await answered<User>(await add(body, headers), 201);
    expect(await answered<User>(await add(body, headers), 201)).toEqual(first);
    await expectProblem(await add({ ...body, password: "another one" }, headers), 422);
    expect(await acts()).toEqual(["create-user"]);
  });

  test("201 for each of two tenants, though subject, key and body are the same", async () => {
    const tenantsOf: string[] = [];
    for (const own of [tenantId, api.tenants.birch]) {
      const token = await tokenFor({ subject: "namesake", role: "admin", tenantId: own });
      const response = await fetch(`${api.origin}/api/users`, {
        method: "POST",
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json", "idempotency-key": "same" },
        body: JSON.stringify({ email: "namesake@example.com", name: "N", role: "agent" }),
      });
      tenantsOf.push((await answered<User>(response, 201)).tenantId);
    }
    expect(tenantsOf).toEqual([tenantId, api.tenants.birch]);
  });

  test("409 beyond the plan's quota of agents, however many ask at once", async () => {
    await api.database.sql`update tenants set plan = 'free' where id = ${tenantId}`;
    const statuses = await Promise.all(
      Array.from({ length: 8 }, async (_, n) => {
        const email = `race-${tenants}-${n}@example.com`;
        return (await add({ email, name: "R", role: "agent" })).status;
      }),
    );
    expect(statuses.sort()).toEqual([201, 201, 201, 409, 409, 409, 409, 409]);
    expect(await api.database.sql`select from memberships where tenant_id = ${tenantId}`).toHaveLength(3);
    expect(await api.database.sql`select from users where email like ${`race-${tenants}-%`}`).toHaveLength(3);
  });
});

describe("GET /api/users", () => {
  test("200 in pages for supervisors, 403 for agents, 404 for a foreign member", async () => {
    await api.database.sql`delete from memberships where tenant_id = ${api.tenants.birch}`;
    const ids = new Set<string>();
    for (const name of ["a", "b", "c"]) {
      const email = `${name}@acme.example`;
      ids.add(await addUser(api.database, { email, passwordHash: null, memberships: [[api.tenants.birch, "agent"]] }));
    }
    const first = await answered<{ items: User[]; nextCursor: string }>(
      await api.send("GET", "/api/users?limit=2", "foreignAdmin"),
      200,
    );
    const second = await answered<{ items: User[]; nextCursor: null }>(
      await api.send("GET", `/api/users?limit=2&cursor=${first.nextCursor}`, "foreignAdmin"),
      200,
    );
    expect(new Set([...first.items, ...second.items].map(({ id }) => id))).toEqual(ids);
    expect(second.nextCursor).toBeNull();
    const [id = ""] = ids;
    expect(await answered<User>(await api.send("GET", `/api/users/${id}`, "foreignAdmin"), 200)).toMatchObject({ id });
    await expectProblem(await api.send("GET", `/api/users/${id}`, "supervisor"), 404);
    for (const method of ["PATCH", "DELETE"]) {
      const body = method === "PATCH" ? { body: { role: "admin" } } : {};
      await expectProblem(await api.send(method, `/api/users/${id}`, "admin", body), 404);
    }
    await expectProblem(await api.send("GET", "/api/users", "agent"), 403);
    await expectProblem(await api.send("GET", `/api/users?tenantId=${tenantId}`, "admin"), 404);
  });
});

describe("changes of members", () => {
  test("of two admins who are demoted at once, one stays: 409", async () => {
    const admins = [await member(`x${tenants}@example.com`, "admin"), await member(`y${tenants}@example.com`, "admin")];
    const statuses = await Promise.all(admins.map(async (id) => (await change(id, { role: "agent" })).status));
    expect(statuses.sort()).toEqual([200, 409]);
    const left = await api.database.sql<{ user_id: string }[]>`
      select user_id from memberships where tenant_id = ${tenantId} and role = 'admin'`;
    expect(left).toHaveLength(1);
    const [last = { user_id: "" }] = left;
    await expectProblem(await api.send("DELETE", path(last.user_id), "operator"), 409);
    await expectProblem(await change(last.user_id, { disabled: true }), 409);
    expect(await acts()).toEqual(["change-user"]);
  });

  test("200 for a removal: gone from the list, kept for history, able to come back", async () => {
    await member(`stays${tenants}@example.com`, "admin");
    const id = await member(`goes${tenants}@example.com`, "agent");
    expect(await answered<User>(await api.send("DELETE", path(id), "operator"), 200)).toMatchObject({ id });
    await expectProblem(await api.send("GET", path(id), "operator"), 404);
    await expectProblem(await api.send("DELETE", path(id), "operator"), 404);
    const body = { email: `goes${tenants}@example.com`, name: "Back", role: "supervisor" };
    expect(await answered<User>(await add(body), 201)).toMatchObject({ id, role: "supervisor" });
    expect(await acts()).toEqual(["remove-user", "join-user"]);
  });

  test("409 for an admin who renames or disables who belongs to another tenant too; the role they may change", async () => {
    const memberships = [[api.tenants.acme, "agent"] as const, [api.tenants.birch, "agent"] as const];
    const id = await addUser(api.database, { email: `both${tenants}@example.com`, passwordHash: null, memberships });
    const send = (body: object) => api.send("PATCH", `/api/users/${id}`, "admin", { body });
    await expectProblem(await send({ name: "Theirs" }), 409);
    await expectProblem(await send({ disabled: true }), 409);
    expect(await answered<User>(await send({ role: "supervisor" }), 200)).toMatchObject({ role: "supervisor" });
  });

  test.each([
    ["a new role", "PATCH", { role: "supervisor" }],
    ["disabling", "PATCH", { disabled: true }],
    ["removal", "DELETE", undefined],
  ])("%s ends the tokens of the user within 5 s", async (_what, method, body) => {
    const id = await member(`token${tenants}@example.com`, "agent");
    const authorization = `Bearer ${await tokenFor({ subject: id, role: "agent", tenantId })}`;
    const read = () => fetch(`${api.origin}/api/tenants/${tenantId}`, { headers: { authorization } });
    expect((await read()).status).toBe(200);
    const changedAtMs = Date.now();
    await answered(await api.send(method, path(id), "operator", body === undefined ? {} : { body }), 200);
    await eventually(async () => expect((await read()).status).toBe(401));
    expect(Date.now() - changedAtMs).toBeLessThan(5_000);
  });
});

describe("POST /api/users/me/password", () => {
  const send = (token: string, body: object, headers: Record<string, string> = {}) =>
    fetch(`${api.origin}/api/users/me/password`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });

  test("422 for a wrong old one, then 200 once per key, and the tokens from before end", async () => {
    const email = `pw${tenants}@example.com`;
    const passwordHash = await hashPassword("the old one");
    const id = await addUser(api.database, { email, passwordHash, memberships: [[tenantId, "agent"]] });
    const token = await tokenFor({ subject: id, role: "agent", tenantId });
    const wrong = await expectProblem(await send(token, { oldPassword: "no", newPassword: "the new one" }), 422);
    expect(pointersOf(wrong)).toEqual(["/oldPassword"]);
    const body = { oldPassword: "the old one", newPassword: "the new one" };
    const first = await answered(await send(token, body, { "idempotency-key": "pw" }), 200);
    const [row] = await api.database.sql<{ password_hash: string }[]>`select password_hash from users where id = ${id}`;
    expect(await verifyPassword(row?.password_hash ?? null, "the new one")).toBe(true);
    expect(await acts()).toEqual(["change-password"]);
    const again = await send(token, body, { "idempotency-key": "pw" });
    // by then the token may have ended
    if (again.status !== 401) expect(await answered(again, 200)).toEqual(first);
    const authorization = `Bearer ${token}`;
    await eventually(async () => {
      const read = await fetch(`${api.origin}/api/tenants/${tenantId}`, { headers: { authorization } });
      expect(read.status).toBe(401);
    });
  });

  test("403 for who has no password here", async () => {
    const body = { oldPassword: "the old one", newPassword: "the new one" };
    await expectProblem(await send(api.tokens.agent, body), 403);
  });
});
