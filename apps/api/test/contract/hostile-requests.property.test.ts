import { Agent, request } from "node:http";
import { problemDocument } from "@deskpulse/contract/http/problem";
import { problemStatusesOf } from "@deskpulse/contract/openapi/problem-statuses";
import { problemStatuses } from "@deskpulse/domain/errors";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import fc from "fast-check";
import { type HostileRequest, refusable, wild } from "./hostile-requests.ts";
import { sampleOf } from "./route-samples.ts";
import type { SampleRequest } from "./sample-request.ts";
import { rowOf, type StartedSampleWorld, startSampleWorld, table } from "./sample-world.ts";
import { tableContents } from "./table-contents.ts";

const refusableCount = 20_000;
const atOnce = 50;
const wildLimitMs = 10_000;
/** Where the request does not reach its row, the row cannot say what is answered. */
const offTheRow = new Set(["another method", "a path that leads elsewhere", "a path to nothing"]);

let world: StartedSampleWorld;
const agent = new Agent({ keepAlive: true, maxSockets: 16 });
const samples = new Map<string, SampleRequest>();
beforeAll(async () => {
  world = await startSampleWorld();
  for (const [key, { role }] of table)
    samples.set(key, await world.sampleFor(key, role === "operator" ? "operator" : "admin"));
});
afterAll(async () => {
  agent.destroy();
  await world.api.stop();
});

/** Requests to every route alike. */
const toAnyRoute = (make: typeof wild): fc.Arbitrary<HostileRequest> =>
  fc.oneof(...table.map(([key, route]) => make(key, route, samples.get(key) ?? {})));

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

/** Over node:http, because fetch refuses to send half of it. */
function exchange({ method, target, who, headers, body }: HostileRequest): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const authorization = who === null ? {} : { authorization: `Bearer ${world.api.tokens[who]}` };
    const length = body === undefined ? {} : { "content-length": Buffer.byteLength(body) };
    const sent = request(
      { agent, port: world.api.port, method, path: target, headers: { ...authorization, ...headers, ...length } },
      (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (chunk) => {
          text += chunk;
        });
        response.on("error", reject).on("end", () => {
          resolve({ status: response.statusCode ?? 0, type: response.headers["content-type"] ?? "", text });
        });
      },
    );
    sent.on("error", reject).end(body);
  });
}

/** What must hold of every answer to whatever is sent. */
function check(sent: HostileRequest, { status, type, text }: Answer): void {
  const route = rowOf(sent.key);
  const refused = (why: string): Error =>
    new Error(
      `${why}: ${sent.method} ${sent.target.slice(0, 300)} (${sent.kind}) answered ${status} ${text.slice(0, 500)}`,
    );
  if (status >= 500) throw refused("broken");
  if (status >= 400) {
    const problem = problemDocument.parse(JSON.parse(text));
    if (problem.status !== status || problemStatuses[problem.code] !== status)
      throw refused("a problem of another status");
    if (!type.startsWith("application/problem+json")) throw refused("a problem of another type");
    if (/ {4}at |node_modules|\.ts:\d|deskpulse_tenant/.test(text)) throw refused("tells of our insides");
  }
  const known: number[] = [...Object.keys(route.replies).map(Number), 304, ...problemStatusesOf(route)];
  if (!offTheRow.has(sent.kind) && !known.includes(status)) throw refused("a status that the contract does not name");
}

test(`of ${refusableCount} requests that no route can accept, none is accepted, breaks anything or writes anything`, async () => {
  const before = await tableContents(world.api.database);
  const seen = new Map<string, number>();
  let asked = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(toAnyRoute(refusable), { minLength: atOnce, maxLength: atOnce }), async (batch) => {
      await Promise.all(
        batch.map(async (sent) => {
          const answer = await exchange(sent);
          asked++;
          check(sent, answer);
          if (answer.status < 400) throw new Error(`accepted with ${sent.kind}: ${JSON.stringify(sent).slice(0, 800)}`);
          const outcome = `${sent.kind} ${answer.status}`;
          seen.set(outcome, (seen.get(outcome) ?? 0) + 1);
        }),
      );
    }),
    { numRuns: refusableCount / atOnce, endOnFailure: true },
  );
  expect(asked).toBeGreaterThanOrEqual(refusableCount);
  expect(await tableContents(world.api.database)).toEqual(before);
  // it would prove nothing if all were refused at the door
  const statuses = new Set([...seen.keys()].map((outcome) => Number(outcome.split(" ").at(-1))));
  expect([...statuses]).toEqual(expect.arrayContaining([400, 401, 403, 404, 415, 422]));
}, 90_000);

test(
  "of requests that may make sense or not, none breaks anything, and those refused write nothing",
  async () => {
    let before = await tableContents(world.api.database);
    const seen = new Set<number>();
    await fc.assert(
      fc.asyncProperty(toAnyRoute(wild), async (sent) => {
        const answer = await exchange(sent);
        check(sent, answer);
        seen.add(answer.status);
        const after = await tableContents(world.api.database);
        if (answer.status >= 400 && sampleOf(sent.key).writesWhenRefused !== true) expect(after).toEqual(before);
        before = after;
      }),
      { numRuns: 100_000, interruptAfterTimeLimit: wildLimitMs, markInterruptAsFailure: false, endOnFailure: true },
    );
    expect([...seen]).toEqual(expect.arrayContaining([200, 202, 400, 401, 403, 404, 422]));
  },
  wildLimitMs + 20_000,
);
