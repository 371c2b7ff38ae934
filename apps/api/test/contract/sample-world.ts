import type { RouteContract } from "@deskpulse/contract/http/route";
import { isAdmitted } from "@deskpulse/contract/openapi/describe-routes";
import { namesTenant } from "@deskpulse/contract/openapi/problem-statuses";
import { type RouteKey, type Routes, routes } from "@deskpulse/contract/routes";
import { hashPassword } from "@deskpulse/identity/password";
import { jobs } from "@deskpulse/jobs/catalog";
import type { z } from "zod";
import { type ApiFixture, type ApiFixtureOptions, addUser, type Sent, startApiFixture } from "../api-fixture.ts";
import { exampleJobs } from "../example-jobs.ts";
import { type SampleRequest, sampleOf } from "./route-samples.ts";

/** Whoever calls, by the columns of the role matrix. */
export const callers = {
  agent: "agent",
  supervisor: "supervisor",
  admin: "admin",
  operator: "operator",
  readOnlyOperator: "operator read-only",
} as const;
export type CallerName = keyof typeof callers;

type Answered<Route extends RouteContract> = z.output<Route["replies"][keyof Route["replies"]]>;

/** What samples are made of: a tenant, a member who can sign in, and things that other routes have made. */
export interface SampleWorld {
  readonly tenantId: string;
  readonly member: { readonly email: string; readonly password: string };
  /** Sends the sample of another route (or this request), as the caller where it may, and gives the answer's body. */
  made<Key extends RouteKey>(key: Key, request?: SampleRequest): Promise<Answered<Routes[Key]>>;
}

const member = { email: "member@example.com", password: "correct horse battery staple" };

/** An API over all jobs with a way to send any sample as anyone. */
export async function startSampleWorld(options: ApiFixtureOptions = {}) {
  const api = await startApiFixture({ jobs: { ...exampleJobs, ...jobs }, ...options });
  const tenantId = api.tenants.acme;
  const passwordHash = await hashPassword(member.password);
  await addUser(api.database, { email: member.email, passwordHash, memberships: [[tenantId, "agent"]] });

  /** The world as this caller finds it. */
  function worldOf(who: CallerName): SampleWorld {
    return {
      tenantId,
      member,
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
    return api.send(route.method, target, who, { ...sent, headers: { prefer: "wait=0", ...headers } });
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

/** The same request, saying which tenant is meant. */
export function withTenant(route: RouteContract, request: SampleRequest, tenantId: string): SampleRequest {
  const { query, body } = request;
  if (route.body === undefined) return { ...request, query: { ...query, tenantId } };
  return { ...request, body: { ...(body as object), tenantId } };
}

/** A request as HTTP carries it. */
export function httpOf(route: RouteContract, request: SampleRequest): { target: string; sent: Sent } {
  const { params = {}, query = {}, body } = request;
  const path = route.path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ""));
  const search = new URLSearchParams(query).toString();
  return { target: search === "" ? path : `${path}?${search}`, sent: body === undefined ? {} : { body } };
}
