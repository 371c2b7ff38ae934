import { gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { type ApiFixture, startApiFixture } from "../api-fixture.ts";
import { expectProblem, pointersOf } from "../expect-problem.ts";
import { runOf } from "../run-of.ts";

let api: ApiFixture;
let before: number;
beforeAll(async () => {
  api = await startApiFixture({ variables: { BODY_BYTES_MAX: "10000" } });
});
afterAll(() => api.stop());
beforeEach(async () => {
  before = await api.countRuns();
});

const post = (raw: string | Uint8Array, headers: Record<string, string> = {}) =>
  api.send("POST", "/api/jobs", "agent", { raw, headers });
const nested = (depth: number): string => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;

describe("POST /api/jobs refuses and stores nothing:", () => {
  afterEach(async () => expect(await api.countRuns()).toBe(before));

  test.each([
    ["an unknown field", { job: "test.echo", input: { text: "x" }, delay: 1 }, ["/delay"]],
    ["a priority that is no number", { job: "test.echo", input: { text: "x" }, priority: "1" }, ["/priority"]],
    ["a time without zone", { job: "test.echo", input: { text: "x" }, runAt: "2026-01-01T00:00:00" }, ["/runAt"]],
    ["an unknown field of the input", { job: "test.echo", input: { text: "x", "a/b~c": 1 } }, ["/input/a~1b~0c"]],
    ["a wrong type", { job: 5, input: { text: "x" } }, ["/job"]],
    ["a wrong type in the input", { job: "test.echo", input: { text: 5 } }, ["/input/text"]],
    ["a missing field", { job: "test.echo", input: {} }, ["/input/text"]],
    ["a missing input", { job: "test.echo" }, ["/input"]],
    ["an input that is no object", { job: "test.echo", input: [] }, ["/input"]],
    ["a tenant that is no id", { job: "test.echo", input: { text: "x" }, tenantId: "acme" }, ["/tenantId"]],
    ["NUL in a text", { job: "test.echo", input: { text: "a\0b" } }, ["/input/text"]],
    ["NUL in a name", { job: "test.echo", input: { "a\0b": 1 } }, ["/input/a\0b"]],
    ["half a surrogate pair", { job: "test.echo", input: { text: "a\ud800b" } }, ["/input/text"]],
    ["half a surrogate pair in a name", { job: "test.echo", input: { "\udc00": 1 } }, ["/input/\udc00"]],
    ["a list", [], [""]],
    ["null", null, [""]],
    ["a text", "test.echo", [""]],
  ])("%s", async (_, body, pointers) => {
    const response = await api.send("POST", "/api/jobs", "agent", { raw: JSON.stringify(body) });
    expect(pointersOf(await expectProblem(response, 400))).toEqual(pointers);
  });

  test.each(["__proto__", "constructor", "prototype"])("the key %s, at any depth", async (key) => {
    for (const raw of [
      `{"job":"test.echo","input":{"text":"x"},"${key}":{"role":"admin"}}`,
      `{"job":"test.echo","input":{"text":"x","${key}":1}}`,
      `{"job":"test.echo","input":{"text":[{"${key}":{}}]}}`,
    ]) {
      const problem = await expectProblem(await post(raw), 400);
      expect(problem.errors[0]?.pointer).toContain(key);
    }
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  test.each([
    ["broken JSON", '{"job":'],
    ["two values", "{}{}"],
    ["nothing at all", ""],
    ["a bare word", "undefined"],
    ["NaN", '{"job":"test.echo","input":NaN}'],
  ])("%s", async (_, raw) => {
    await expectProblem(await post(raw), 400);
  });

  test("nesting beyond 32 levels, and a thousand levels", async () => {
    for (const depth of [33, 1_000]) await expectProblem(await post(nested(depth)), 400);
  });

  test("bytes that are not UTF-8", async () => {
    const invalid = [[0xff], [0xc3], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf5, 0x80, 0x80, 0x80]];
    for (const bytes of invalid) {
      const raw = Buffer.concat([
        Buffer.from('{"job":"test.echo","input":{"text":"'),
        Buffer.from(bytes),
        Buffer.from('"}}'),
      ]);
      expect((await expectProblem(await post(raw), 400)).detail).toBe("the body is not UTF-8");
    }
  });

  test("a compressed body that is none, or breaks off", async () => {
    const whole = gzipSync(JSON.stringify({ job: "test.echo", input: { text: "x" } }));
    for (const raw of [Buffer.from("no gzip"), whole.subarray(0, whole.length - 9)]) {
      await expectProblem(await post(raw, { "content-encoding": "gzip" }), 400);
    }
  });

  test("a query, which this route does not take", async () => {
    const body = { job: "test.echo", input: { text: "x" } };
    const response = await api.send("POST", "/api/jobs?wait=5&job=x", "agent", { body });
    expect(pointersOf(await expectProblem(response, 400))).toEqual(["?wait", "?job"]);
  });

  test("413: a body above the limit, also one that is small until it is unpacked", async () => {
    const large = JSON.stringify({ job: "test.echo", input: { text: "x".repeat(20_000) } });
    await expectProblem(await post(large), 413);
    await expectProblem(await post(gzipSync(large), { "content-encoding": "gzip" }), 413);
  });

  test.each([
    ["another content type", { "content-type": "text/plain" }],
    ["a form", { "content-type": "application/x-www-form-urlencoded" }],
    ["a content type that is none", { "content-type": ";;;" }],
    ["another charset", { "content-type": "application/json; charset=iso-8859-1" }],
    ["UTF-16", { "content-type": "application/json; charset=utf-16" }],
    ["an unknown compression", { "content-encoding": "zip" }],
  ])("415: %s", async (_, headers) => {
    await expectProblem(await post('{"job":"test.echo","input":{"text":"x"}}', headers), 415);
  });

  test("415: no body", async () => {
    await expectProblem(await api.send("POST", "/api/jobs", "agent"), 415);
  });
});

describe("POST /api/jobs takes", () => {
  test("compressed bodies and charset=utf-8", async () => {
    const raw = Buffer.from('{"job":"test.echo","input":{"text":"x"}}');
    await runOf(await post(gzipSync(raw), { "content-encoding": "gzip" }), 202);
    await runOf(await post(raw, { "content-type": "application/json; charset=UTF-8" }), 202);
  });
});
