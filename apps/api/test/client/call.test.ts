import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createClient, DeskpulseError, NoAnswerError } from "@deskpulse/client";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type ApiFixture, startApiFixture } from "../api-fixture.ts";
import { problem, watchedFetch } from "./client-fixture.ts";

let api: ApiFixture;
beforeAll(async () => {
  api = await startApiFixture();
});
afterAll(() => api.stop());

const client = (fetch?: typeof globalThis.fetch, token = api.tokens.agent) =>
  createClient({ apiUrl: `${api.origin}/`, token, ...(fetch === undefined ? {} : { fetch }) });
const echo = { job: "test.echo", input: { text: "x" } };
const caught = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => "no error",
    (error: unknown) => error,
  );

test("parameters, queries and bodies arrive, and answers come with their status", async () => {
  const { status, body, headers } = await client().call("startJob", { body: echo });
  expect(status).toBe(202);
  expect(headers.get("location")).toBe(`/api/jobs/${body.id}`);
  expect((await client().call("readJob", { params: { runId: body.id } })).body).toMatchObject({ id: body.id, log: [] });
  const list = await client().call("listJobs", { query: { state: "queued", limit: 1 } });
  expect(list.body.items).toHaveLength(1);
});

test("a repeatable parameter goes out once for each of its values", async () => {
  const { fetch } = watchedFetch();
  const seen: string[] = [];
  const reports = createClient({
    apiUrl: api.origin,
    token: api.tokens.supervisor,
    fetch: async (input, init) => {
      seen.push(new URL(String(input)).search);
      return await fetch(input, init);
    },
  });
  await caught(reports.call("readConversationsReport", { query: { inboxId: [1, 2], label: "a&b" } }));
  expect(seen).toEqual(["?inboxId=1&inboxId=2&label=a%26b"]);
});

test.each([
  [400, "bad-request", () => client().call("listJobs", { query: { limit: "few" } })],
  [401, "unauthenticated", () => client(undefined, "not a token").call("listJobs")],
  [403, "forbidden", () => client().call("listApiKeys")],
  [404, "not-found", () => client().call("readJob", { params: { runId: "0192f3c4-7b1a-7cc0-8f5e-2f6f4d1c9a01" } })],
  [422, "unprocessable", () => client().call("startJob", { body: { ...echo, job: "no.such" } })],
] as const)("a problem of status %i is a DeskpulseError with code %s", async (status, code, call) => {
  const error = await caught(call());
  expect(error).toBeInstanceOf(DeskpulseError);
  expect(error).toMatchObject({ status, code, detail: expect.any(String), requestId: expect.stringMatching(/./) });
});

test("a DeskpulseError says where in the request something is wrong", async () => {
  const error = await caught(client().call("startJob", { body: { ...echo, priority: -1 } }));
  expect(error).toMatchObject({ status: 422, errors: [{ pointer: "/priority", detail: expect.any(String) }] });
});

test("a code of a newer API counts by its status", async () => {
  const { fetch } = watchedFetch(() => problem(409, "brand-new"));
  expect(await caught(client(fetch).call("listJobs"))).toMatchObject({ status: 409, code: "conflict" });
});

test("a server that nobody reaches is a NoAnswerError, after some tries", async () => {
  const { fetch, sent } = watchedFetch();
  const nowhere = createClient({ apiUrl: "http://127.0.0.1:9", fetch });
  const error = await caught(nowhere.call("readOpenApi"));
  expect(error).toBeInstanceOf(NoAnswerError);
  expect(error).toMatchObject({ reason: "network" });
  expect(sent).toHaveLength(4);
});

test("an answer that is not the API's is a NoAnswerError, and so is one that does not come in time", async () => {
  const html = watchedFetch(() => new Response("<html>", { status: 502 }));
  expect(await caught(client(html.fetch).call("listJobs"))).toMatchObject({
    name: "NoAnswerError",
    reason: "unreadable",
  });
  const silent = createServer(() => undefined).listen(0, "127.0.0.1");
  await new Promise((resolve) => silent.once("listening", resolve));
  const { port } = silent.address() as AddressInfo;
  const apiUrl = `http://127.0.0.1:${port}`;
  const slow = createClient({ apiUrl, timeoutMs: 50 });
  expect(await caught(slow.call("readOpenApi"))).toMatchObject({ name: "NoAnswerError", reason: "timed-out" });
  const stop = new AbortController();
  const aborted = caught(createClient({ apiUrl }).call("readOpenApi", { signal: stop.signal }));
  stop.abort("enough");
  expect(await aborted).toBe("enough");
  silent.closeAllConnections();
  silent.close();
});

test("429 and 503 with Retry-After are waited for, and a POST keeps its key", async () => {
  const { fetch, sent } = watchedFetch((_method, _path, nth) =>
    nth === 1
      ? problem(429, "too-many-requests", { "retry-after": "0" })
      : nth === 2
        ? problem(503, "unavailable", { "retry-after": "0" })
        : undefined,
  );
  const { status } = await client(fetch).call("startJob", { body: echo });
  expect(status).toBe(202);
  expect(sent).toHaveLength(3);
  expect(new Set(sent.map(({ headers }) => headers.get("idempotency-key")))).toEqual(
    new Set([expect.stringMatching(/^[0-9a-f]{32}$/)]),
  );
  expect((await client(fetch).call("listJobs")).status).toBe(200);
});

test("a POST whose answer got lost is not done twice", async () => {
  const before = await api.countRuns();
  let lost = 0;
  const forgetful: typeof fetch = async (input, init) => {
    const answer = await fetch(input, init);
    if (lost++ === 0) throw new TypeError("the connection broke");
    return answer;
  };
  await client(forgetful).call("startJob", { body: echo });
  expect(lost).toBe(2);
  expect(await api.countRuns()).toBe(before + 1);
});

test("retries end, and do not outwait a long Retry-After or a signal", async () => {
  const busy = watchedFetch(() => problem(503, "unavailable", { "retry-after": "0" }));
  expect(await caught(client(busy.fetch).call("listJobs"))).toMatchObject({ status: 503, retryAfterSeconds: 0 });
  expect(busy.sent).toHaveLength(4);
  const day = watchedFetch(() => problem(429, "too-many-requests", { "retry-after": "86400" }));
  expect(await caught(client(day.fetch).call("listJobs"))).toMatchObject({ status: 429, retryAfterSeconds: 86_400 });
  expect(day.sent).toHaveLength(1);
  const stop = new AbortController();
  const paused = watchedFetch(() => {
    queueMicrotask(() => setImmediate(() => stop.abort("no more")));
    return problem(503, "unavailable", { "retry-after": "20" });
  });
  expect(await caught(client(paused.fetch).call("listJobs", { signal: stop.signal }))).toBe("no more");
});

test("what could happen twice is not repeated", async () => {
  const { fetch, sent } = watchedFetch(() => problem(503, "unavailable", { "retry-after": "0" }));
  const admin = client(fetch, api.tokens.admin);
  await caught(admin.call("createApiKey", { body: { name: "k", role: "agent" } }));
  await caught(admin.call("createToken", { body: { email: "a@b.example", password: "x" } }));
  expect(sent).toHaveLength(2);
  expect(sent.map(({ headers }) => headers.get("idempotency-key"))).toEqual([null, null]);
});

test("an API key signs in, and two kinds of credentials are refused at once", async () => {
  const made = await client(undefined, api.tokens.admin).call("createApiKey", { body: { name: "k", role: "agent" } });
  const { status } = await createClient({ apiUrl: api.origin, apiKey: made.body.secret }).call("listJobs");
  expect(status).toBe(200);
  expect(() => createClient({ apiUrl: api.origin, token: "a", apiKey: "b" })).toThrow(
    "one of token, apiKey and credentials",
  );
  expect(() => createClient({ apiUrl: "desk" })).toThrow("Invalid URL");
});
