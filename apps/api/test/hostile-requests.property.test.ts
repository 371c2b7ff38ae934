import { randomUUID } from "node:crypto";
import { problemDocument } from "@deskpulse/contract/http/problem";
import type { RouteContract } from "@deskpulse/contract/http/route";
import { routes } from "@deskpulse/contract/routes";
import { jobs } from "@deskpulse/jobs/catalog";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import fc from "fast-check";
import { z } from "zod";
import { type ApiFixture, startApiFixture } from "./api-fixture.ts";
import { exampleJobs } from "./example-jobs.ts";

const timeLimitMs = 12_000;

let api: ApiFixture;
let tables: string[];
/** Runs that exist before: half of the requests name one. */
const runIds: string[] = [];
beforeAll(async () => {
  api = await startApiFixture({ jobs: { ...exampleJobs, ...jobs } });
  for (const who of ["agent", "foreignAdmin"] as const) {
    runIds.push(((await (await api.start(who, "test.echo")).json()) as { id: string }).id);
  }
  const rows = await api.database.sql<{ name: string }[]>`
    select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`;
  tables = rows.map(({ name }) => name);
});
afterAll(() => api.stop());

/** What stands in every table, and the state of every run. */
async function contents(): Promise<unknown> {
  const counts = await Promise.all(
    tables.map(async (name) => {
      const [row] = await api.database.sql<{ digest: string | null }[]>`
        select count(*) || coalesce(md5(string_agg(t::text, ',' order by t::text)), '') as digest
        from ${api.database.sql(name)} t`;
      return [name, row?.digest];
    }),
  );
  return Object.fromEntries(counts);
}

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly enum?: readonly unknown[];
}
const shapeOf = (schema: z.ZodType | undefined): JsonSchema =>
  schema === undefined ? {} : (z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as JsonSchema);

const nasty = fc.oneof(
  fc.constantFrom<unknown>(
    "",
    "\0",
    "\ud800",
    "\udfff",
    "%00",
    "__proto__",
    "constructor",
    "' or 1=1 --",
    "{{7*7}}",
    "../../etc/passwd",
    "NaN",
    null,
    true,
    -1,
    0,
    1e308,
    -1e308,
    5e-324,
    2 ** 53,
    1.5,
    [],
    {},
    [[]],
    "2026-02-30",
    "0000-00-00T00:00:00Z",
    "+275760-09-13T00:00:00Z",
    "Mars/Olympus",
    "UTC",
    "10000000000000000000000",
    "x".repeat(5_000),
  ),
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.jsonValue({ maxDepth: 4 }),
  fc.double(),
  fc.uuid(),
  fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
);

/** Objects over the names that a schema knows, some values plausible, most hostile, and names that nobody knows. */
function hostile(schema: JsonSchema): fc.Arbitrary<Record<string, unknown>> {
  const known = Object.entries(schema.properties ?? {}).map(([name, property]) =>
    fc.tuple(
      fc.constant(name),
      fc.oneof(nasty, ...(property.enum === undefined ? [] : [fc.constantFrom(...property.enum)])),
    ),
  );
  const strange = fc.tuple(
    fc.oneof(fc.constantFrom("__proto__", "constructor", "toString", "hasOwnProperty", "\0", "a.b[c]"), fc.string()),
    nasty,
  );
  const member =
    known.length === 0
      ? strange
      : fc.oneof({ weight: 6, arbitrary: fc.oneof(...known) }, { weight: 1, arbitrary: strange });
  // not Object.fromEntries: `__proto__` has to become a member like any other
  return fc.array(member, { maxLength: 6 }).map((entries) => {
    const made: Record<string, unknown> = {};
    for (const [name, value] of entries)
      Object.defineProperty(made, name, { value, enumerable: true, configurable: true });
    return made;
  });
}

const startBody = fc
  .tuple(
    fc
      .constantFrom(...Object.values(exampleJobs), ...Object.values(jobs))
      .chain((job) => fc.tuple(fc.constant(job.name), fc.oneof(nasty, hostile(shapeOf(job.request))))),
    fc.constantFrom("none", "own", "other"),
  )
  .map(([[job, input], tenant]) => ({
    job,
    input,
    ...(tenant === "none" ? {} : { tenantId: tenant === "own" ? api.tenants.acme : randomUUID() }),
  }));

const headerValue = fc.constantFrom(
  "",
  "x",
  "wait=5",
  "wait=x",
  "respond-async",
  "\u00ff",
  "k".repeat(300),
  "*",
  '"a"',
  "W/x",
);
const anyRoute = fc.constantFrom(...(Object.entries(routes) as [string, RouteContract][])).chain(([key, route]) =>
  fc.record({
    route: fc.constant(route),
    who: fc.constantFrom(
      "agent",
      "supervisor",
      "admin",
      "foreignNamesake",
      "operator",
      "readOnlyOperator",
      "ghost",
      null,
    ),
    runId: fc.oneof(fc.constantFrom(0, 1), fc.string({ unit: "binary" }), fc.constant(randomUUID())),
    query: fc.oneof(fc.constant({}), hostile(shapeOf(route.query))),
    body: fc.oneof(...(key === "startJob" ? [startBody, startBody] : []), hostile(shapeOf(route.body)), nasty),
    rawBody: fc.option(fc.uint8Array({ maxLength: 60 }), { freq: 8 }),
    headers: fc.record(
      {
        "idempotency-key": headerValue,
        prefer: fc.constantFrom("wait=0", "wait=x", "respond-async", "wait=-1", ";;", "\u00ff"),
        "if-none-match": headerValue,
        "x-request-id": headerValue,
        "content-type": fc.constantFrom(
          "application/json",
          "text/plain",
          "application/json; charset=utf-16",
          "a/b",
          ";",
        ),
        "content-encoding": fc.constantFrom("gzip", "br", "identity", "zip"),
      },
      { requiredKeys: [] },
    ),
  }),
);

function text(value: unknown): string {
  return typeof value === "string" ? value : String(JSON.stringify(value));
}

test(
  `no request makes a 5xx or writes anything unless it is accepted, for ${timeLimitMs} ms of hostile ones`,
  async () => {
    let before = await contents();
    let asked = 0;
    const seen = new Map<number, number>();
    await fc.assert(
      fc.asyncProperty(anyRoute, async ({ route, who, runId, query, body, rawBody, headers }) => {
        const id = typeof runId === "number" ? (runIds[runId] ?? "") : runId;
        const path = route.path.replace(/\{\w+\}/, () => encodeURIComponent(Buffer.from(id).toString()) || "-");
        const parameters = new URLSearchParams(
          Object.entries(query).map(([name, value]) => [name, text(value)] as [string, string]),
        );
        const search = parameters.size === 0 ? "" : `?${parameters}`;
        const sent =
          route.method === "GET"
            ? { headers: { prefer: "respond-async", ...headers } }
            : { raw: rawBody ?? text(body), headers };
        const response = await api.send(route.method, path + search, who, sent);
        const answer = await response.text();
        asked++;
        seen.set(response.status, (seen.get(response.status) ?? 0) + 1);
        // sign-in is bounded on purpose; all else is about the request alone
        expect({ status: response.status, answer }).toEqual({ status: expect.anything(), answer: expect.any(String) });
        if (response.status >= 500)
          throw new Error(`${route.method} ${path + search} answered ${response.status}: ${answer}`);
        if (response.status >= 400) {
          problemDocument.parse(JSON.parse(answer));
          const after = await contents();
          expect(after).toEqual(before);
        } else if (route.method !== "GET" || response.status === 202) {
          before = await contents();
        }
      }),
      { numRuns: 100_000, interruptAfterTimeLimit: timeLimitMs, markInterruptAsFailure: false },
    );
    expect(asked).toBeGreaterThan(100);
    // it would prove nothing if all were refused at the door
    for (const status of [200, 202, 400, 401, 403, 404]) expect(seen.has(status) ? status : undefined).toBe(status);
  },
  timeLimitMs + 20_000,
);
