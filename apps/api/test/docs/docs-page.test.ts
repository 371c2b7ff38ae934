import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type ApiFixture, startApiFixture } from "../api-fixture.ts";
import { expectProblem } from "../expect-problem.ts";

let api: ApiFixture;
beforeAll(async () => {
  api = await startApiFixture();
});
afterAll(() => api.stop());

test("anyone reads the OpenAPI document, and 304 follows while it is the same", async () => {
  const first = await api.send("GET", "/api/openapi.json", null);
  expect(first.status).toBe(200);
  expect(first.headers.get("content-type")).toBe("application/json; charset=utf-8");
  expect(await first.json()).toMatchObject({ openapi: "3.1.0", paths: { "/api/jobs/{runId}": { get: {} } } });
  const etag = first.headers.get("etag") ?? "";
  const second = await api.send("GET", "/api/openapi.json", "agent", { headers: { "if-none-match": `"x", ${etag}` } });
  expect(second.status).toBe(304);
  expect(await second.text()).toBe("");
  const other = await api.send("GET", "/api/openapi.json", null, { headers: { "if-none-match": '"x"' } });
  expect(other.status).toBe(200);
});

test("the docs page and all that it names come from here, under a policy that allows nothing else", async () => {
  const response = await api.send("GET", "/api/docs", null);
  expect(response.status).toBe(200);
  const policy = response.headers.get("content-security-policy") ?? "";
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'self'");
  expect(policy).not.toMatch(/https?:/);
  const page = await response.text();
  const named = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path = ""]) => path);
  expect(named.length).toBeGreaterThan(3);
  for (const path of named) {
    expect(path).toMatch(/^\/api\//);
    const file = await api.send("GET", path, null);
    expect({ path, status: file.status }).toEqual({ path, status: 200 });
    expect((await file.arrayBuffer()).byteLength).toBeGreaterThan(100);
  }
});

test.each(["/api/docs/package.json", "/api/docs/swagger-ui-bundle.js.map", "/api/docs/..%2fpackage.json"])(
  "%s is not given out",
  async (path) => {
    await expectProblem(await api.send("GET", path, null), 404);
  },
);
