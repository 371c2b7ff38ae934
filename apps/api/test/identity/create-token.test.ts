import { hashPassword } from "@deskpulse/identity/password";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type ApiFixture, addUser, countRows, startApiFixture } from "../api-fixture.ts";
import { expectProblem, pointersOf } from "../expect-problem.ts";

const password = "correct horse battery staple";
let api: ApiFixture;
beforeAll(async () => {
  api = await startApiFixture();
  const { database, tenants } = api;
  const passwordHash = await hashPassword(password);
  await addUser(database, { email: "one@example.com", passwordHash, memberships: [[tenants.acme, "supervisor"]] });
  await addUser(database, {
    email: "two@example.com",
    passwordHash,
    memberships: [
      [tenants.acme, "agent"],
      [tenants.birch, "admin"],
    ],
  });
  await addUser(database, { email: "none@example.com", passwordHash });
  await addUser(database, { email: "imported@example.com", passwordHash: null });
  await addUser(database, { email: "op@example.com", passwordHash, operator: "full" });
  await addUser(database, { email: "watch@example.com", passwordHash, operator: "read-only" });
});
afterAll(() => api.stop());

const signIn = (body: unknown, headers: Record<string, string> = {}) =>
  api.send("POST", "/api/auth/token", null, { body, headers });

interface SignedIn {
  readonly accessToken: string;
  readonly expiresInSeconds: number;
  readonly tenant: { readonly id: string } | null;
  readonly role: string;
}
async function signedIn(body: unknown): Promise<SignedIn> {
  const response = await signIn(body);
  expect(response.status).toBe(200);
  expect(response.headers.get("cache-control")).toBe("no-store");
  return (await response.json()) as SignedIn;
}
const as = (token: string, method: string, path: string) =>
  fetch(api.origin + path, { method, headers: { authorization: `Bearer ${token}` } });

describe("POST /api/auth/token answers 200", () => {
  test("with a token that opens what the role may, and nothing else", async () => {
    const answer = await signedIn({ email: "One@Example.com", password });
    expect(answer).toMatchObject({
      tokenType: "Bearer",
      expiresInSeconds: 900,
      role: "supervisor",
      tenant: { id: api.tenants.acme, name: "Acme" },
      user: { email: "one@example.com" },
    });
    expect((await as(answer.accessToken, "GET", "/api/jobs")).status).toBe(200);
    await expectProblem(await as(answer.accessToken, "GET", `/api/jobs?tenantId=${api.tenants.birch}`), 404);
  });

  test("for one of several tenants, named by id or by name", async () => {
    for (const [tenant, id, role] of [
      [api.tenants.acme, api.tenants.acme, "agent"],
      ["Birch", api.tenants.birch, "admin"],
    ]) {
      expect(await signedIn({ email: "two@example.com", password, tenant })).toMatchObject({ tenant: { id }, role });
    }
  });

  test("for operators, without a tenant, the read-only one unable to change anything", async () => {
    const full = await signedIn({ email: "op@example.com", password });
    expect(full).toMatchObject({ role: "operator", tenant: null });
    const watch = await signedIn({ email: "watch@example.com", password });
    expect((await as(watch.accessToken, "GET", "/api/jobs")).status).toBe(200);
    const path = "/api/jobs/00000000-0000-7000-8000-000000000000/cancel";
    await expectProblem(await as(watch.accessToken, "POST", path), 403);
    await expectProblem(await as(full.accessToken, "POST", path), 404);
  });

  test("anew under the same Idempotency-Key: the answer is stored nowhere", async () => {
    const tokens = new Set<string>();
    for (let round = 0; round < 2; round++) {
      const response = await signIn({ email: "one@example.com", password }, { "idempotency-key": "same" });
      expect(response.status).toBe(200);
      tokens.add(((await response.json()) as SignedIn).accessToken);
    }
    expect(tokens.size).toBe(2);
    expect(await countRows(api.database, "idempotency_keys")).toBe(0);
  });
});

describe("POST /api/auth/token answers 401", () => {
  test("in the same words for a wrong password, an unknown e-mail and a user without a password", async () => {
    const details = new Set<string>();
    for (const body of [
      { email: "one@example.com", password: "wrong" },
      { email: "nobody@example.com", password },
      { email: "imported@example.com", password },
      { email: "' or true --", password },
      { email: "one@example.com", password: "wrong", tenant: "Birch" },
    ]) {
      details.add((await expectProblem(await signIn(body), 401)).detail);
    }
    expect(details.size).toBe(1);
  });
});

describe("POST /api/auth/token answers 403", () => {
  test("to a user without a tenant", async () => {
    await expectProblem(await signIn({ email: "none@example.com", password }), 403);
  });
});

describe("POST /api/auth/token answers 422", () => {
  test("with the choices when the tenant has to be named, or is not one's own", async () => {
    for (const tenant of [undefined, "Nowhere"]) {
      const problem = await expectProblem(await signIn({ email: "two@example.com", password, tenant }), 422);
      expect(pointersOf(problem)).toEqual(["/tenant", "/tenant"]);
      expect(problem.errors.map(({ detail }) => detail)).toEqual([
        `${api.tenants.acme} (Acme)`,
        `${api.tenants.birch} (Birch)`,
      ]);
    }
  });

  test("for lengths that make no sense", async () => {
    const body = { email: "x".repeat(321), password: "", tenant: "" };
    expect(pointersOf(await expectProblem(await signIn(body), 422))).toEqual(["/email", "/password", "/tenant"]);
  });
});

describe("POST /api/auth/token answers 400", () => {
  test.each([
    ["a missing password", { email: "one@example.com" }, ["/password"]],
    ["wrong types", { email: 1, password: {} }, ["/email", "/password"]],
    ["an unknown field", { email: "one@example.com", password, role: "admin" }, ["/role"]],
    ["NUL", { email: "one@example.com\0", password }, ["/email"]],
    ["half a surrogate pair", { email: "one@example.com", password: "\ud800" }, ["/password"]],
  ])("to %s", async (_, body, pointers) => {
    expect(pointersOf(await expectProblem(await signIn(body), 400))).toEqual(pointers);
  });
});
