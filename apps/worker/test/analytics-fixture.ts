import { connectDatabase, type Database } from "@deskpulse/db/connect";
import { ingestEvents } from "@deskpulse/db/ingest/ingest-events";
import { asTenant } from "@deskpulse/db/transaction";
import { preparationFor, reportRequest } from "@deskpulse/domain/analytics/report-request";
import { conversations as conversationsJob } from "@deskpulse/jobs/analytics/conversations";
import { responseTime as responseTimeJob } from "@deskpulse/jobs/analytics/response-time";
import type { JobOutput } from "@deskpulse/jobs/define-job";
import { FinishedRun, type RunContext } from "@deskpulse/runs/worker/processor";
import { createTestDatabase } from "@deskpulse/testkit/database";
import { importFile } from "../../../packages/importers/src/import-file.ts";
import { servicenowIncidents } from "../../../packages/importers/src/servicenow-incidents-source.ts";
import { twitterCare } from "../../../packages/importers/src/twitter-care-source.ts";
import { careFile, incidentFile, loadRawCare, loadRawIncidents } from "../../../packages/importers/test/raw-table.ts";
import { conversations } from "../src/analytics/conversations.ts";
import { responseTime } from "../src/analytics/response-time.ts";
import { careFacts, incidentFacts } from "./analytics-raw-facts.ts";

export type ConversationsReport = JobOutput<typeof conversationsJob>;
export type ResponseTimeReport = JobOutput<typeof responseTimeJob>;

export interface AnalyticsFixture {
  readonly database: Database;
  /** Name -> id. */
  readonly tenants: ReadonlyMap<string, string>;
  conversations(tenantId: string, request: object): Promise<ConversationsReport>;
  responseTime(tenantId: string, request: object): Promise<ResponseTimeReport>;
  close(): Promise<void>;
}

export const incidentTenant = "Incident desk";

/** Both real data sets imported, and beside them, as they are, in raw tables with `facts` derived by SQL of its own. */
export async function createAnalyticsFixture(): Promise<AnalyticsFixture> {
  const testDatabase = await createTestDatabase();
  const database = connectDatabase({ url: testDatabase.url, connectionsMax: 2, applicationName: "test" });
  const { sql } = database;
  await loadRawIncidents(sql);
  await loadRawCare(sql);
  await importFile({ database, source: servicenowIncidents, path: incidentFile });
  await importFile({ database, source: twitterCare, path: careFile });
  const tenants = new Map(
    (await sql<{ id: string; name: string }[]>`select id, name from tenants`).map((t) => [t.name, t.id]),
  );
  await labelIncidents(database, tenants.get(incidentTenant) ?? "");
  await sql.unsafe(incidentFacts);
  await sql.unsafe(careFacts);
  return {
    database,
    tenants,
    conversations: async (tenantId, request) =>
      conversationsJob.output.parse(
        await conversations({ input: prepared(request), ctx: contextOf<ConversationsReport>(database, tenantId) }),
      ),
    responseTime: async (tenantId, request) =>
      responseTimeJob.output.parse(
        await responseTime({ input: prepared(request), ctx: contextOf<ResponseTimeReport>(database, tenantId) }),
      ),
    close: async () => {
      await database.close();
      await testDatabase.drop();
    },
  };
}

/** Neither data set has labels: incidents whose number ends in 7 get "seven", those in 07 and 17 also "teen". */
async function labelIncidents(database: Database, tenantId: string): Promise<void> {
  const rows = await database.sql<{ number: string }[]>`select distinct number from raw where number like '%7'`;
  const events = rows.map(({ number }) => ({
    type: "conversation.labelled" as const,
    id: `${number}/labels`,
    conversation: number,
    at: "2017-06-01T00:00:00Z",
    labels: /[01]7$/.test(number) ? ["seven", "teen"] : ["seven"],
  }));
  await ingestEvents(database, tenantId, "test", events, {});
}

const prepare = preparationFor("breakdown", "businessHours");
const prepared = (request: object) =>
  prepare(reportRequest.parse(request), { timezone: "UTC", nowMs: Date.parse("2017-01-01T12:00:00Z") });

export function contextOf<Output>(database: Database, tenantId: string): RunContext<Output> {
  const signal = new AbortController().signal;
  let reached = 0;
  return {
    runId: "",
    tenantId,
    createdBy: "",
    attempt: 1,
    signal,
    log: () => undefined,
    progress: (share) => {
      if (share <= reached || share > 1) throw new Error(`progress went from ${reached} to ${share}`);
      reached = share;
    },
    database,
    inTenant: async (work, options) => {
      const result = await asTenant(
        database,
        tenantId,
        async (tx) => {
          const [row] = await tx.sql`show transaction_isolation`;
          if (row?.transaction_isolation !== "repeatable read") throw new Error("parts may differ in what they see");
          return work(tx);
        },
        { ...options, signal },
      );
      if (reached !== 1) throw new Error(`progress ended at ${reached}`);
      return result;
    },
    inEngine: () => Promise.reject(new Error("a report reads one tenant")),
    finishIn: async (work) => new FinishedRun(await asTenant(database, tenantId, work)),
  };
}
