import { randomBytes, randomUUID } from "node:crypto";
import type { RouteContract } from "@deskpulse/contract/http/route";
import { isAdmitted } from "@deskpulse/contract/openapi/describe-routes";
import { jsonSchemaOf } from "@deskpulse/contract/openapi/json-schema";
import { namesTenant } from "@deskpulse/contract/openapi/problem-statuses";
import { routes } from "@deskpulse/contract/routes";
import type { Database } from "@deskpulse/db/connect";
import { hashPassword } from "@deskpulse/identity/password";
import { jobs } from "@deskpulse/jobs/catalog";
import { type ApiFixture, type ApiFixtureOptions, addUser, type Sent, startApiFixture } from "../api-fixture.ts";
import { exampleJobs } from "../example-jobs.ts";
import { sampleOf } from "./route-samples.ts";
import type { SampleRequest, SampleWorld } from "./sample-request.ts";

/** Whoever calls, by the columns of the role matrix. */
export const callers = {
  agent: "agent",
  supervisor: "supervisor",
  admin: "admin",
  operator: "operator",
  readOnlyOperator: "operator read-only",
} as const;
export type CallerName = keyof typeof callers;

const person = { email: "member@example.com", password: "correct horse battery staple" };

/** An API over all jobs with a way to send any sample as anyone. */
export async function startSampleWorld(options: ApiFixtureOptions = {}) {
  const variables = { SIGN_IN_FAILURES_PER_ACCOUNT: "100000", SIGN_IN_FAILURES_PER_ADDRESS: "100000" };
  const api = await startApiFixture({
    jobs: { ...exampleJobs, ...jobs },
    ...options,
    variables: { ...variables, ...options.variables },
  });
  const tenantId = api.tenants.acme;
  await api.database.sql`update tenants set plan = 'enterprise'`;
  const passwordHash = await hashPassword(person.password);
  const memberships = [[tenantId, "admin"]] as const;
  const member = { ...person, userId: await addUser(api.database, { email: person.email, passwordHash, memberships }) };
  const advice = await addAdvice(api.database);

  /** The world as this caller finds it. */
  function worldOf(who: CallerName): SampleWorld {
    return {
      tenantId,
      member,
      advice,
      unique: () => randomBytes(6).toString("hex"),
      async made(key, request) {
        const route: RouteContract = routes[key];
        const maker = [who, "admin" as const, "operator" as const].find((name) => isAdmitted(route, callers[name]));
        if (maker === undefined) throw new Error(`nobody may call ${key}`);
        const response = await sendSample(key, maker, request ?? (await sampleOf(key).request(worldOf(maker))));
        const text = await response.text();
        if (!response.ok) throw new Error(`the sample of ${key} answered ${response.status}: ${text}`);
        // checked against the row, so it is what the row says
        return route.replies[response.status]?.parse(text === "" ? undefined : JSON.parse(text)) as never;
      },
    };
  }

  const sampleFor = (key: string, who: CallerName): Promise<SampleRequest> =>
    Promise.resolve(sampleOf(key).request(worldOf(who)));

  /** Sends a request to a route, never waiting for work; operators name the tenant where the route lets them. */
  function sendSample(
    key: string,
    who: keyof ApiFixture["tokens"] | null,
    request: SampleRequest,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Response> {
    const route = rowOf(key);
    const isOperator = who === "operator" || who === "readOnlyOperator";
    const told = isOperator && namesTenant(route) ? withTenant(route, request, tenantId) : request;
    const { target, sent } = httpOf(route, told);
    // where anyone may come, a credential is not asked for, and signing out would end it
    return api.send(route.method, target, route.role === "anyone" ? null : who, {
      ...sent,
      headers: { prefer: "wait=0", ...headers },
    });
  }

  return { api, tenantId, worldOf, sampleFor, sendSample };
}
export type StartedSampleWorld = Awaited<ReturnType<typeof startSampleWorld>>;

export const table: readonly (readonly [key: string, route: RouteContract])[] = Object.entries<RouteContract>(routes);
export const rowOf = (key: string): RouteContract => {
  const row = table.find(([name]) => name === key)?.[1];
  if (row === undefined) throw new Error(`there is no route ${key}`);
  return row;
};

async function addAdvice({ sql }: Database): Promise<SampleWorld["advice"]> {
  const findingId = randomUUID();
  await sql`insert into findings (id, kind, subject, severity, confidence, evidence, benefit, risk)
    values (${findingId}, 'duplicate-index', 'index public.y', 'warning', 'high', '{}', 'b', 'r')`;
  async function action(state: "verified" | "undone"): Promise<string> {
    const id = randomUUID();
    await sql`insert into actions (id, finding_id, run_id, state, command, schema_name, table_name, index_name,
        lookup_columns, sql, undo_sql, begun_at, ended_at)
      values (${id}, ${findingId}, ${randomUUID()}, ${state}, 'drop-index', 'public', 'customers', 'nobody_built_it',
        '{name}', 'x', 'y', now(), now())`;
    return id;
  }
  return { findingId, action };
}

/** The same request, saying which tenant is meant. */
export function withTenant(route: RouteContract, request: SampleRequest, tenantId: string): SampleRequest {
  const { query, body } = request;
  const inQuery = route.query !== undefined && jsonSchemaOf(route.query, "input").properties?.tenantId !== undefined;
  if (inQuery) return { ...request, query: { ...query, tenantId } };
  return { ...request, body: { ...(body as object), tenantId } };
}

/** A request as HTTP carries it. */
export function httpOf(route: RouteContract, request: SampleRequest): { target: string; sent: Sent } {
  const { params = {}, query = {}, body } = request;
  const path = route.path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ""));
  const search = new URLSearchParams(query).toString();
  return { target: search === "" ? path : `${path}?${search}`, sent: body === undefined ? {} : { body } };
}
