import { gunzipSync, gzipSync } from "node:zlib";
import { eventually } from "@deskpulse/testkit/eventually";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { type ApiFixture, startApiFixture } from "../api-fixture.ts";
import { expectProblem } from "../expect-problem.ts";
import { runOf } from "../run-of.ts";

let api: ApiFixture;
beforeAll(async () => {
  api = await startApiFixture();
});
afterAll(() => api?.stop());
beforeEach(() => api.database.sql`truncate ingest_batches, job_runs, idempotency_keys cascade`);

const path = "/api/ingest/events";
const event = { id: "1", type: "conversation.created", at: "2026-01-01T09:00:00Z", conversation: "c1", inbox: "web" };
const line = JSON.stringify(event);
const ndjson = { "content-type": "application/x-ndjson" };
const packed = { ...ndjson, "content-encoding": "gzip" };
type Who = Parameters<ApiFixture["send"]>[2];
const send = (raw: string | Uint8Array, headers: Record<string, string> = ndjson, who: Who = "admin", query = "") =>
  api.send("POST", `${path}${query}`, who, { raw, headers });

/** What is kept for runs, unpacked. */
async function kept() {
  const rows = await api.database.sql<
    { tenant_id: string; id: string; source: string; format: string; body: Buffer }[]
  >`
    select tenant_id, id, source, format, body from ingest_batches order by id`;
  return rows.map(({ body, ...row }) => ({ ...row, text: gunzipSync(body).toString() }));
}

async function expectNothingKept(): Promise<void> {
  expect(await kept()).toEqual([]);
  expect(await api.countRuns()).toBe(0);
}

describe("POST /api/ingest/events answers 202", () => {
  test.each([
    ["NDJSON", `${line}\n${line}\n`, ndjson, "ndjson"],
    ["a JSON array", `[${line}]`, { "content-type": "application/json; charset=UTF-8" }, "json"],
    ["NDJSON in gzip", gzipSync(line), packed, "ndjson"],
    [
      "an array in gzip",
      gzipSync(`[${line}]`),
      { "content-type": "application/json", "content-encoding": "gzip" },
      "json",
    ],
    ["one good line among broken ones", `{\n\0\n${line}\nnull`, ndjson, "ndjson"],
    ["ten thousand events", `${line}\n`.repeat(10_000), ndjson, "ndjson"],
  ] as const)("for %s, with its bytes kept and a run that knows them", async (_, raw, headers, format) => {
    const run = await runOf(await send(raw, headers), 202);
    expect(run).toMatchObject({ job: "ingest.events", state: "queued", tenantId: api.tenants.acme });
    const text = typeof raw === "string" ? raw : gunzipSync(raw).toString();
    const [batch, ...others] = await kept();
    expect(others).toEqual([]);
    expect(batch).toMatchObject({ tenant_id: api.tenants.acme, source: "api", format, text });
    const [stored] = await api.database.sql`select input, queue from job_runs where id = ${run.id}`;
    expect(stored).toEqual({ input: { batchId: batch?.id }, queue: "ingest" });
  });

  test("to an API key of an admin and to an operator who names the tenant", async () => {
    const made = await api.send("POST", "/api/api-keys", "admin", { body: { name: "source", role: "admin" } });
    const { secret } = (await made.json()) as { secret: string };
    await runOf(await send(line, { ...ndjson, authorization: `Bearer ${secret}` }, null), 202);
    await runOf(await send(line, ndjson, "operator", `?tenantId=${api.tenants.birch}&source=desk`), 202);
    expect(await kept()).toMatchObject([
      { tenant_id: api.tenants.acme, source: "api" },
      { tenant_id: api.tenants.birch, source: "desk" },
    ]);
  });

  test("once for an Idempotency-Key, and 422 for other bytes, another form or another source under it", async () => {
    const headers = { ...ndjson, "idempotency-key": "batch-1" };
    const first = await runOf(await send(line, headers), 202);
    const again = await runOf(await send(gzipSync(line), { ...headers, "content-encoding": "gzip" }), 202);
    expect(again.id).toBe(first.id);
    await expectProblem(await send(`${line}\n`, headers), 422);
    await expectProblem(await send(line, headers, "admin", "?source=other"), 422);
    expect(await kept()).toHaveLength(1);
    // of another tenant it is another key
    expect((await runOf(await send(line, headers, "foreignAdmin"), 202)).id).not.toBe(first.id);
  });

  test("to twins that come at once, with one batch", async () => {
    const headers = { ...ndjson, "idempotency-key": "twins" };
    const runs = await Promise.all([1, 2, 3].map(async () => runOf(await send(line, headers), 202)));
    expect(new Set(runs.map(({ id }) => id)).size).toBe(1);
    expect(await kept()).toHaveLength(1);
  });
});

describe("POST /api/ingest/events keeps nothing and answers", () => {
  const broken = gzipSync(line.repeat(100));
  broken.fill(7, 20, 40);
  test.each([
    ["400 when no line is an event", "{\nnull\n5\n[]\nx", ndjson, 400],
    ["400 when nothing is UTF-8", Buffer.from([0x7b, 0xff, 0x7d]), ndjson, 400],
    ["400 for JSON that is no array", line, { "content-type": "application/json" }, 400],
    ["400 for an array without an event", "[1, null]", { "content-type": "application/json" }, 400],
    ["400 for half an array", `[${line},`, { "content-type": "application/json" }, 400],
    ["400 for a broken gzip", broken, packed, 400],
    ["400 for half a gzip", gzipSync(line.repeat(100)).subarray(0, 60), packed, 400],
    ["400 for plain text said to be gzip", line, packed, 400],
    ["413 for more than it takes", " ".repeat(16 * 1024 * 1024 + 1), ndjson, 413],
    ["413 for a gzip that unpacks without end", gzipSync(Buffer.alloc(200 * 1024 * 1024, 0x20)), packed, 413],
    ["415 for another media type", line, { "content-type": "text/plain" }, 415],
    ["415 for another charset", line, { "content-type": "application/x-ndjson; charset=utf-16" }, 415],
    ["415 for another encoding", line, { ...ndjson, "content-encoding": "zip" }, 415],
    ["422 for an empty array", "[]", { "content-type": "application/json" }, 422],
    ["422 for blank lines", "\n \r\n\n", ndjson, 422],
    ["422 for lines without end", gzipSync("\n".repeat(1_000_000)), packed, 422],
    ["422 for more than ten thousand events", `${line}\n`.repeat(10_001), ndjson, 422],
  ] as const)("%s", async (_, raw, headers, status) => {
    await expectProblem(await send(raw, headers), status);
    await expectNothingKept();
  });

  test.each([
    ["401 without a credential", null, "", 401],
    ["403 to a supervisor", "supervisor", "", 403],
    ["403 to an operator who may only read", "readOnlyOperator", "", 403],
    ["404 to a token whose tenant is gone", "ghost", "", 404],
    ["400 for a source that is no name", "admin", "?source=a:b", 400],
    ["422 to an operator who names no tenant", "operator", "", 422],
  ] as const)("%s", async (_, who, query, status) => {
    await expectProblem(await send(line, ndjson, who, query), status);
    await expectNothingKept();
  });

  test("404 to an admin who names another tenant", async () => {
    await expectProblem(await send(line, ndjson, "admin", `?tenantId=${api.tenants.birch}`), 404);
    await expectNothingKept();
  });

  test("429 to a tenant that sends more bodies at once than have place, while others get on", async () => {
    const stalled = Array.from({ length: 4 }, () => new AbortController());
    // never ends: each holds its place
    const endless = stalled.map(({ signal }) =>
      fetch(`${api.origin}${path}`, {
        method: "POST",
        headers: { ...ndjson, authorization: `Bearer ${api.tokens.admin}` },
        body: new ReadableStream({ start: (controller) => controller.enqueue(new TextEncoder().encode(line)) }),
        duplex: "half",
        signal,
      } as RequestInit).catch(() => undefined),
    );
    try {
      const refused = await eventually(async () => {
        const response = await send(line);
        if (response.status !== 429) throw new Error(`not yet: ${response.status}`);
        return response;
      });
      expect(refused.headers.get("retry-after")).toBe("1");
      await expectProblem(refused, 429);
      await runOf(await send(line, ndjson, "foreignAdmin"), 202);
    } finally {
      for (const controller of stalled) controller.abort();
      await Promise.all(endless);
    }
  });
});
