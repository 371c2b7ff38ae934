import type { RouteContract } from "@deskpulse/contract/http/route";
import type { RouteKey, Routes } from "@deskpulse/contract/routes";
import type { z } from "zod";
import type { SampleWorld } from "./sample-world.ts";

/** A request in parts, as a URL and JSON carry them. */
export interface SampleRequest {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

type PartOf<Name extends string, Schema> = Schema extends z.ZodType
  ? { readonly [Key in Name]: z.input<Schema> }
  : { readonly [Key in Name]?: never };

/** What a request to this route says, by the row's own schemas; its query is optional, and text. */
type RequestTo<Route extends RouteContract> = PartOf<"params", Route["params"]> &
  PartOf<"body", Route["body"]> & { readonly query?: Readonly<Record<string, string>> };

type Make<Request> = (world: SampleWorld) => Request | Promise<Request>;

interface RouteSample<Request> {
  /** A valid request about things of the world's tenant, made anew for each use. Operators get `tenantId` by themselves. */
  readonly request: Make<Request>;
  /** What operators get where the answer is none of the row's: a route for members only. */
  readonly operator?: number;
  /** Requests that the row's problems come from, where no rule can make one (409; a 422 without bounds). */
  readonly problems?: Readonly<Partial<Record<number, Make<Request>>>>;
}

/** Does the compiler point here? A route of the contract has no line below: add `<key>: { request: ... }`. */
type EveryRouteHasASample = { readonly [Key in RouteKey]: RouteSample<RequestTo<Routes[Key]>> };

const day = { from: "2026-01-01", to: "2026-01-02", timezone: "UTC" };
const endedRun = async (world: SampleWorld) => {
  const { id: runId } = await world.made("startJob");
  await world.made("cancelJob", { params: { runId } });
  return { params: { runId } };
};
const waitingRun = async (world: SampleWorld) => ({ params: { runId: (await world.made("startJob")).id } });

/** A valid request to every route: the role matrix, the statuses and the hostile requests are made from these. */
export const routeSamples: EveryRouteHasASample = {
  createToken: {
    request: ({ member }) => ({ body: member }),
    problems: { 401: ({ member }) => ({ body: { ...member, password: "not this one" } }) },
  },
  startJob: { request: () => ({ body: { job: "test.echo", input: { text: "hello" } } }) },
  startJobBatch: { request: () => ({ body: { runs: [{ job: "test.echo", input: { text: "hello" } }] } }) },
  readJobCatalog: { request: () => ({}) },
  listJobs: { request: () => ({ query: { limit: "5" } }) },
  readJob: { request: waitingRun },
  cancelJob: { request: waitingRun, problems: { 409: endedRun } },
  retryJob: { request: endedRun, problems: { 409: waitingRun } },
  runJobNow: { request: waitingRun, problems: { 409: endedRun } },
  readConversationsReport: { request: () => ({ query: day }) },
  readResponseTimeReport: { request: () => ({ query: day }) },
  readOpenApi: { request: () => ({}) },
  warmCache: { request: () => ({ body: {} }) },
  clearCache: { request: () => ({ body: {} }) },
  readCache: { request: () => ({ query: { windowMinutes: "5" } }) },
};

/** A row's sample without its exact types: key, row and sample belong together by the type of the table. */
export const sampleOf = (key: string): RouteSample<SampleRequest> => {
  const sample = (routeSamples as Readonly<Record<string, RouteSample<SampleRequest> | undefined>>)[key];
  if (sample === undefined) throw new Error(`no sample of ${key}: add a line to test/contract/route-samples.ts`);
  return sample;
};
