import { gzipSync } from "node:zlib";
import { connectDatabase } from "@deskpulse/db/connect";
import { ensureTenant } from "@deskpulse/db/ingest/ensure-tenant";
import { insertIngestBatch } from "@deskpulse/db/ingest/insert-ingest-batch";
import { asEngine, asTenant } from "@deskpulse/db/transaction";
import type { JobOutput } from "@deskpulse/jobs/define-job";
import type { ingestEvents as job } from "@deskpulse/jobs/ingest/events";
import { FinishedRun, type RunContext } from "@deskpulse/runs/worker/processor";
import { createTestDatabase } from "@deskpulse/testkit/database";
import { ingestEvents } from "../../src/ingest/events.ts";

type Output = JobOutput<typeof job>;

export interface Taking {
  readonly source?: string;
  /** Called when so much (0..1) is taken in. */
  readonly onProgress?: (share: number) => void;
  readonly signal?: AbortSignal;
}

/** A database of its own, in which batches are kept and taken in as the API and a worker do it. */
export async function createIngestWorld() {
  const testDatabase = await createTestDatabase();
  const database = connectDatabase({ url: testDatabase.url, connectionsMax: 6, applicationName: "ingest-test" });
  let tenants = 0;

  const keep = (tenantId: string, lines: string | Buffer, source = "api"): Promise<string> =>
    asTenant(database, tenantId, (tx) => insertIngestBatch(tx, { source, format: "ndjson", body: gzipSync(lines) }));

  /** Executes the run of a kept batch. */
  async function take(tenantId: string, batchId: string, taking: Taking = {}): Promise<Output> {
    const signal = taking.signal ?? new AbortController().signal;
    const ctx: RunContext<Output> = {
      runId: "",
      tenantId,
      createdBy: "",
      attempt: 1,
      signal,
      log: () => undefined,
      progress: (share) => taking.onProgress?.(share),
      database,
      inTenant: (work, options) => asTenant(database, tenantId, work, { ...options, signal }),
      inEngine: (work) => asEngine(database, work, { signal }),
      finishIn: async (work) => new FinishedRun(await asTenant(database, tenantId, work, { signal })),
    };
    const ended = await ingestEvents({ input: { batchId }, ctx });
    if (!(ended instanceof FinishedRun)) throw new Error("this run ends in its own transaction");
    return ended.output;
  }

  const ndjson = (events: readonly object[]): string => events.map((event) => JSON.stringify(event)).join("\n");
  return {
    database,
    keep,
    take,
    addTenant(): Promise<string> {
      tenants += 1;
      return asEngine(database, (tx) => ensureTenant(tx, `tenant ${tenants}`));
    },
    send: async (tenantId: string, events: readonly object[], source?: string): Promise<Output> =>
      take(tenantId, await keep(tenantId, ndjson(events), source)),
    ndjson,
    /** All that reports are made of, by source keys, so that two tenants can be compared. */
    async figures(tenantId: string) {
      const { sql } = database;
      const conversations = await sql`
        select c.source_key, i.source_key as inbox, i.name as inbox_name, i.channel, cu.name as customer, t.name as team,
          m.source_key as assignee, u.name as agent_name, c.status, c.priority, c.created_at, c.first_responded_at,
          c.waiting_since, c.resolved_at, c.last_activity_at, c.reopened_count,
          (select array_agg(l.name order by l.name) from conversation_labels cl
            join labels l on l.tenant_id = cl.tenant_id and l.id = cl.label_id
            where cl.tenant_id = c.tenant_id and cl.conversation_id = c.id) as labels
        from conversations c join inboxes i on i.tenant_id = c.tenant_id and i.id = c.inbox_id
        left join customers cu on cu.tenant_id = c.tenant_id and cu.id = c.customer_id
        left join teams t on t.tenant_id = c.tenant_id and t.id = c.team_id
        left join memberships m on m.tenant_id = c.tenant_id and m.user_id = c.assignee_id
        left join users u on u.id = m.user_id
        where c.tenant_id = ${tenantId} order by 1`;
      const messages = await sql`
        select c.source_key as conversation, s.source_key, s.direction, s.sender, m.source_key as agent, s.is_private,
          s.content, s.at
        from messages s join conversations c on c.tenant_id = s.tenant_id and c.id = s.conversation_id
        left join memberships m on m.tenant_id = s.tenant_id and m.user_id = s.sender_id
        where s.tenant_id = ${tenantId} order by 1, 2`;
      const measurements = await sql`
        select c.source_key as conversation, s.kind, s.started_at, s.at, s.duration_ms, s.business_ms, s.previous_at, s.answers,
          m.source_key as agent, i.source_key as inbox, t.source_key as team, s.channel, s.priority
        from measurements s join conversations c on c.tenant_id = s.tenant_id and c.id = s.conversation_id
        join inboxes i on i.tenant_id = s.tenant_id and i.id = s.inbox_id
        left join memberships m on m.tenant_id = s.tenant_id and m.user_id = s.user_id
        left join teams t on t.tenant_id = s.tenant_id and t.id = s.team_id
        where s.tenant_id = ${tenantId} order by 1, 2, 3, 4, 9`;
      const hanging = (table: string, columns: string) =>
        sql.unsafe(
          `select c.source_key as conversation, ${columns}, m.source_key as agent, t.source_key as team, s.priority
           from ${table} s join conversations c on c.tenant_id = s.tenant_id and c.id = s.conversation_id
             and c.inbox_id = s.inbox_id
           left join memberships m on m.tenant_id = s.tenant_id and m.user_id = s.user_id
           left join teams t on t.tenant_id = s.tenant_id and t.id = s.team_id
           where s.tenant_id = $1 order by 1, 2, 3`,
          [tenantId],
        );
      const spans = await hanging("conversation_spans", "s.started_at, s.ended_at, s.status, s.is_unattended");
      const surveys = await hanging("surveys", "s.sent_at, s.answered_at, s.rating, s.comment");
      const slaTargets = await hanging(
        "sla_targets",
        "s.target, s.started_at, s.policy, s.promised_ms, s.business_hours, s.due_at, s.ended_at, s.withdrawn_at",
      );
      const automationRuns = await hanging(
        "automation_runs",
        "s.source_key, s.at, s.rule, s.trigger, s.outcome, s.actions, s.duration_ms, s.error",
      );
      const events = await sql`
        select source_key, type, at, data from events where tenant_id = ${tenantId} order by 1`;
      return {
        conversations: [...conversations],
        messages: [...messages],
        measurements: [...measurements],
        spans: [...spans],
        surveys: [...surveys],
        slaTargets: [...slaTargets],
        automationRuns: [...automationRuns],
        events: [...events],
      };
    },
    async stop(): Promise<void> {
      await database.close();
      await testDatabase.drop();
    },
  };
}
export type IngestWorld = Awaited<ReturnType<typeof createIngestWorld>>;
