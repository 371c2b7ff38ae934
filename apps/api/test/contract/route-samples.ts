import type { RouteContract } from "@deskpulse/contract/http/route";
import type { RouteKey, Routes } from "@deskpulse/contract/routes";
import type { z } from "zod";
import type { Answered, SampleRequest, SampleWorld } from "./sample-request.ts";

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
  /** What callers get of a route that lets them in, where that is none of the row's answers. */
  readonly answers?: number;
  /** Requests that the row's problems come from, where no rule can make one (409; a 422 without bounds). */
  readonly problems?: Readonly<Partial<Record<number, Make<Request>>>>;
  /** Problems that take more than a request to come about: proven in the route's own tests. */
  readonly provenElsewhere?: readonly number[];
  /** True where refusing is itself an effect. */
  readonly writesWhenRefused?: boolean;
}

/** Does the compiler point here? A route of the contract has no line below: add `<key>: { request: ... }`. */
type EveryRouteHasASample = { readonly [Key in RouteKey]: RouteSample<RequestTo<Routes[Key]>> };

const day = { from: "2026-01-01", to: "2026-01-02", timezone: "UTC" };
const echo = { job: "test.echo", input: { text: "hello" } };
const made =
  <Key extends RouteKey, Params>(key: Key, params: (body: Answered<Key>) => Params) =>
  async (world: SampleWorld) => ({ params: params(await world.made(key)) });
const waitingRun = made("startJob", ({ id }) => ({ runId: id }));
const endedRun = async (world: SampleWorld) => {
  const run = await waitingRun(world);
  await world.made("cancelJob", run);
  return run;
};
const schedule = made("createSchedule", ({ id }) => ({ scheduleId: id }));
const user = made("createUser", ({ id }) => ({ userId: id }));
const inbox = made("createInbox", ({ id }) => ({ inboxId: String(id) }));
const session = async (world: SampleWorld) => ({
  body: { refreshToken: (await world.made("createToken")).refreshToken },
});
const ownTenant = ({ tenantId }: SampleWorld) => ({ params: { tenantId } });
const newUser = (email: string) => ({ email, name: "Somebody", role: "agent" as const });

/** A valid request to every route: the role matrix, the statuses and the hostile requests are made from these. */
export const routeSamples: EveryRouteHasASample = {
  createToken: {
    request: ({ member: { email, password } }) => ({ body: { email, password } }),
    problems: { 401: ({ member: { email } }) => ({ body: { email, password: "not this one" } }) },
  },
  // a token that comes twice ends its family
  refreshToken: {
    request: session,
    problems: { 401: () => ({ body: { refreshToken: "nobody has this one" } }) },
    writesWhenRefused: true,
  },
  revokeToken: { request: session },
  listApiKeys: { request: () => ({ query: { limit: "5" } }) },
  createApiKey: { request: () => ({ body: { name: "A key", role: "agent" } }) },
  revokeApiKey: { request: made("createApiKey", ({ id }) => ({ keyId: id })) },

  startJob: { request: () => ({ body: echo }) },
  startJobBatch: { request: () => ({ body: { runs: [echo] } }) },
  readJobCatalog: { request: () => ({}) },
  listJobs: { request: () => ({ query: { limit: "5" } }) },
  readJob: { request: waitingRun },
  cancelJob: { request: waitingRun, problems: { 409: endedRun } },
  retryJob: { request: endedRun, problems: { 409: waitingRun } },
  runJobNow: { request: waitingRun, problems: { 409: endedRun } },

  ingestEvents: {
    request: ({ unique }) => ({
      body: [
        { id: unique(), type: "conversation.created", at: "2026-01-01T09:00:00Z", conversation: "c1", inbox: "web" },
      ],
    }),
  },
  receiveChatwootWebhook: {
    request: ({ tenantId }) => ({ params: { tenantId }, body: { event: "conversation_typing_on" } }),
    // samples are not signed
    answers: 401,
    problems: { 401: ({ tenantId }) => ({ params: { tenantId }, body: { event: "conversation_typing_on" } }) },
    provenElsewhere: [422],
  },
  readChatwootSecret: { request: ownTenant },
  writeChatwootSecret: {
    request: ({ tenantId }) => ({ params: { tenantId }, body: { secret: "sixteen or more of them" } }),
  },
  deleteChatwootSecret: { request: ownTenant },

  listSchedules: { request: () => ({ query: { limit: "5" } }) },
  createSchedule: {
    request: () => ({ body: { name: "Every morning", cron: "0 6 * * *", timezone: "UTC", ...echo } }),
    provenElsewhere: [409],
  },
  readSchedule: { request: schedule },
  changeSchedule: {
    request: async (world) => ({ ...(await schedule(world)), body: { enabled: false } }),
    provenElsewhere: [409],
  },
  deleteSchedule: { request: schedule, provenElsewhere: [409] },
  runScheduleNow: { request: schedule },

  readConversationsReport: { request: () => ({ query: day }) },
  readLiveFigures: { request: () => ({ query: { targetSeconds: "60" } }) },
  readMetrics: { request: () => ({}) },
  readEngagementReport: { request: () => ({ query: day }) },
  readAgentWorkloadReport: { request: () => ({ query: day }) },
  readUsersPerformanceReport: { request: () => ({ query: day }) },
  readVolumeTrendsReport: { request: () => ({ query: day }) },
  readPeakHoursReport: { request: () => ({ query: day }) },
  readAutomationReport: { request: () => ({ query: day }) },
  readSatisfactionReport: { request: () => ({ query: day }) },
  readResponseTimeReport: {
    request: () => ({ query: { ...day, breakdown: "agent", businessHours: "true", table: "breakdowns" } }),
  },
  listReportRecords: {
    request: () => ({ params: { report: "conversations" }, query: { ...day, metric: "created", limit: "5" } }),
  },
  readOpenApi: { request: () => ({}) },

  warmCache: { request: () => ({ body: {} }) },
  clearCache: { request: () => ({ body: {} }) },
  readCache: { request: () => ({ query: { windowMinutes: "5" } }) },
  optimizeDatabase: { request: () => ({ body: {} }) },
  listFindings: { request: () => ({ query: { limit: "5" } }) },
  readFinding: { request: ({ advice: { findingId } }) => ({ params: { findingId } }) },
  undoAction: {
    request: async ({ advice }) => ({ params: { actionId: await advice.action("verified") } }),
    problems: { 409: async ({ advice }) => ({ params: { actionId: await advice.action("undone") } }) },
  },

  listTenants: { request: () => ({ query: { limit: "5" } }) },
  createTenant: {
    request: ({ unique }) => ({ body: { name: `Tenant ${unique()}`, timezone: "UTC" } }),
    problems: { 409: () => ({ body: { name: "Acme" } }) },
  },
  readTenant: { request: ownTenant },
  changeTenant: {
    request: (world) => ({ ...ownTenant(world), body: { name: "Acme" } }),
    problems: { 409: (world) => ({ ...ownTenant(world), body: { name: "Birch" } }) },
  },
  readTenantUsage: { request: ownTenant },

  listUsers: { request: () => ({ query: { limit: "5" } }) },
  createUser: {
    request: ({ unique }) => ({ body: newUser(`${unique()}@example.com`) }),
    problems: { 409: ({ member }) => ({ body: newUser(member.email) }) },
  },
  readUser: { request: user },
  changeUser: {
    request: async (world) => ({ ...(await user(world)), body: { name: "Somebody else" } }),
    // the tenant's last admin
    problems: { 409: ({ member }) => ({ params: { userId: member.userId }, body: { role: "agent" } }) },
  },
  removeUser: { request: user, problems: { 409: ({ member }) => ({ params: { userId: member.userId } }) } },
  // these callers' tokens are of nobody who has a password here
  changeOwnPassword: {
    request: ({ member }) => ({ body: { oldPassword: member.password, newPassword: "another fine password" } }),
    answers: 403,
    provenElsewhere: [409],
  },
  listInboxes: { request: () => ({ query: { limit: "5" } }) },
  createInbox: { request: ({ unique }) => ({ body: { name: `Inbox ${unique()}`, channel: "email" } }) },
  readInbox: { request: inbox },
  changeInbox: { request: async (world) => ({ ...(await inbox(world)), body: { name: `Inbox ${world.unique()}` } }) },
  listTeams: { request: () => ({ query: { limit: "5" } }) },
  listLabels: { request: () => ({ query: { limit: "5" } }) },

  listAudit: { request: () => ({ query: { limit: "5" } }) },
  listWorkers: { request: () => ({}) },
};

/** A row's sample without its exact types: key, row and sample belong together by the type of the table. */
export const sampleOf = (key: string): RouteSample<SampleRequest> => {
  const sample = (routeSamples as Readonly<Record<string, RouteSample<SampleRequest> | undefined>>)[key];
  if (sample === undefined) throw new Error(`no sample of ${key}: add a line to test/contract/route-samples.ts`);
  return sample;
};
