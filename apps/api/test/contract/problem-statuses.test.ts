import { randomUUID } from "node:crypto";
import type { RouteContract } from "@deskpulse/contract/http/route";
import { isAdmitted } from "@deskpulse/contract/openapi/describe-routes";
import { hasBounds, type JsonSchema, jsonSchemaOf } from "@deskpulse/contract/openapi/json-schema";
import { parametersOf } from "@deskpulse/contract/openapi/parameters";
import { namesTenant, type ProblemStatus, problemStatusesOf } from "@deskpulse/contract/openapi/problem-statuses";
import { testServers } from "@deskpulse/testkit/servers";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { startApiFixture } from "../api-fixture.ts";
import { expectProblem } from "../expect-problem.ts";
import { startTcpProxy, type TcpProxy } from "../tcp-proxy.ts";
import { sampleOf } from "./route-samples.ts";
import type { SampleRequest } from "./sample-request.ts";
import {
  type CallerName,
  callers,
  httpOf,
  type StartedSampleWorld,
  startSampleWorld,
  table,
  withTenant,
} from "./sample-world.ts";

/** What a route answers only when something is away or somebody asks too often is proven apart. */
type Provoked = Exclude<ProblemStatus, 429 | 503>;

let proxy: TcpProxy;
let world: StartedSampleWorld;
beforeAll(async () => {
  proxy = await startTcpProxy(testServers().databaseUrl);
  world = await startSampleWorld({ databaseUrl: proxy.through });
});
afterAll(async () => {
  await proxy.mend();
  await world.api.stop();
  await proxy.stop();
});

const ownerOf = ({ role }: RouteContract): CallerName => (role === "operator" ? "operator" : "admin");

/** The sample, changed, as somebody whom the route lets in. */
async function sendChanged(
  key: string,
  route: RouteContract,
  change: (parts: SampleRequest) => SampleRequest,
): Promise<Response> {
  const who = ownerOf(route);
  return world.sendSample(key, who, change(await world.sampleFor(key, who)));
}

async function sendRaw(key: string, route: RouteContract, raw: string, headers = {}): Promise<Response> {
  const who = ownerOf(route);
  const { target } = httpOf(route, await world.sampleFor(key, who));
  return world.api.send(route.method, target, who, { raw, headers });
}

/** For each status, one request to the route that must get it. */
const provocations: Readonly<Record<Provoked, (key: string, route: RouteContract) => Promise<Response>>> = {
  400: (key, route) =>
    sendChanged(key, route, (parts) => ({ ...parts, query: { ...parts.query, "nobody-knows-this": "1" } })),
  401: async (key, route) => {
    if (route.role === "anyone") return provokedBySample(key, route, 401);
    return world.sendSample(key, null, await world.sampleFor(key, ownerOf(route)));
  },
  403: async (key, route) => {
    const refused = (Object.keys(callers) as CallerName[]).find((name) => !isAdmitted(route, callers[name]));
    if (refused === undefined) return provokedBySample(key, route, 403);
    return world.sendSample(key, refused, await world.sampleFor(key, ownerOf(route)));
  },
  404: (key, route) =>
    sendChanged(key, route, (parts) => {
      const { params } = parts;
      if (params === undefined) return withTenant(route, parts, randomUUID());
      return { ...parts, params: Object.fromEntries(Object.keys(params).map((name) => [name, randomUUID()])) };
    }),
  409: (key, route) => provokedBySample(key, route, 409),
  413: (key, route) => sendRaw(key, route, JSON.stringify("x".repeat(route.bodyBytesMax ?? 256_000))),
  415: (key, route) => sendRaw(key, route, "{}", { "content-type": "application/json; charset=utf-16" }),
  422: async (key, route) => {
    if (sampleOf(key).problems?.[422] !== undefined) return provokedBySample(key, route, 422);
    const changed = beyondBounds(route);
    if (changed !== null) return sendChanged(key, route, changed);
    if (namesTenant(route)) {
      // an operator who does not say which
      const { target, sent } = httpOf(route, await world.sampleFor(key, "admin"));
      return world.api.send(route.method, target, "operator", sent);
    }
    // one key for two requests that say different things
    const headers = { "idempotency-key": randomUUID() };
    const who = ownerOf(route);
    await (await world.sendSample(key, who, await world.sampleFor(key, who), headers)).arrayBuffer();
    return world.sendSample(key, who, await world.sampleFor(key, who), headers);
  },
};

async function provokedBySample(key: string, route: RouteContract, status: number): Promise<Response> {
  const make = sampleOf(key).problems?.[status];
  if (make === undefined) {
    throw new Error(`${key} names ${status}: add problems: { ${status}: ... } to its line in route-samples.ts`);
  }
  const who = ownerOf(route);
  return world.sendSample(key, who, await make(world.worldOf(who)));
}

/** Puts the first bounded value of a row beyond its bound; null when it has none at its top. */
function beyondBounds(route: RouteContract): ((parts: SampleRequest) => SampleRequest) | null {
  for (const { name, in: place, schema } of parametersOf(route)) {
    if (place !== "query" || !hasBounds(schema)) continue;
    const beyond = beyondOf(schema);
    if (beyond !== undefined) {
      return (parts) => ({ ...parts, query: { ...parts.query, [name]: String(beyond) } });
    }
  }
  const { properties = {} } = route.body === undefined ? {} : jsonSchemaOf(route.body, "input");
  for (const [name, schema] of Object.entries(properties)) {
    const beyond = beyondOf(schema);
    if (beyond !== undefined) return (parts) => ({ ...parts, body: { ...(parts.body as object), [name]: beyond } });
  }
  return null;
}

function beyondOf(schema: JsonSchema): unknown {
  if (schema.pattern !== undefined) return undefined;
  if (schema.maximum !== undefined) return schema.maximum + 1;
  if (schema.minimum !== undefined) return schema.minimum - 1;
  if (schema.minItems === 1) return [];
  if (schema.type !== "string" || schema.format !== undefined) return undefined;
  if (schema.maxLength !== undefined) return "x".repeat(schema.maxLength + 1);
  return schema.minLength === undefined ? undefined : "";
}

const isProvoked = (status: ProblemStatus): status is Provoked => status !== 429 && status !== 503;

describe.each(table)("%s", (key, route) => {
  const statuses = problemStatusesOf(route)
    .filter(isProvoked)
    .filter((status) => !sampleOf(key).provenElsewhere?.includes(status));
  test.each(statuses)("answers %i, as the contract names it", async (status) => {
    await expectProblem(await provocations[status](key, route), status);
  });
});

test("every route answers 503 while Postgres is away", async () => {
  const requests = await Promise.all(
    table.map(async ([key, route]) => [key, route, await world.sampleFor(key, ownerOf(route))] as const),
  );
  await proxy.cut();
  try {
    for (const [key, route, request] of requests) {
      expect(problemStatusesOf(route)).toContain(503);
      await expectProblem(await world.sendSample(key, ownerOf(route), request), 503);
    }
  } finally {
    await proxy.mend();
  }
});

test("every route answers 429 to an address that asks too often", async () => {
  const limited = await startApiFixture({
    variables: { RATE_LIMIT_PER_ADDRESS: "1", RATE_LIMIT_WINDOW_SECONDS: "3600" },
  });
  try {
    await limited.send("GET", "/api/openapi.json", null);
    for (const [, route] of table) {
      const response = await limited.send(route.method, route.path, null);
      expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
      await expectProblem(response, 429);
    }
  } finally {
    await limited.stop();
  }
});
