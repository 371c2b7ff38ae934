import { connectDatabase, type Database } from "@deskpulse/db/connect";
import { refoldPage } from "@deskpulse/db/ingest/refold-page";
import { asTenant } from "@deskpulse/db/transaction";
import { measurementKinds } from "@deskpulse/domain/ingest/folded";
import { createTestDatabase, type TestDatabase } from "@deskpulse/testkit/database";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import postgres, { type Sql } from "postgres";
import { ChunkWriter } from "../../src/generate/chunk-writer.ts";
import { generate } from "../../src/generate/generate.ts";
import type { GenerateRequest } from "../../src/generate/generate-request.ts";
import { planTenants } from "../../src/generate/tenant-plan.ts";
import { checksums } from "./generated-rows.ts";

// over both clock changes of New York, Berlin and Sydney
const request: GenerateRequest = {
  conversations: 6_000,
  days: 300,
  tenants: 3,
  seed: 7,
  until: Date.UTC(2026, 10, 20, 15),
};

interface Opened {
  readonly database: Database;
  readonly sql: Sql;
  close(): Promise<void>;
}

async function open(): Promise<Opened> {
  const testDatabase: TestDatabase = await createTestDatabase();
  const database = connectDatabase({ url: testDatabase.url, connectionsMax: 3, applicationName: "test" });
  const sql = postgres(testDatabase.url, { max: 1, onnotice: () => {} });
  return {
    database,
    sql,
    close: async () => {
      await sql.end();
      await database.close();
      await testDatabase.drop();
    },
  };
}

const writer = (database: Database, of: GenerateRequest) => {
  const chunks = new ChunkWriter(database, planTenants(of));
  return chunks.write.bind(chunks);
};

let generated: Opened;
let sums: Record<string, string>;

beforeAll(async () => {
  generated = await open();
  await generate(generated.database, request, [writer(generated.database, request)]);
  sums = await checksums(generated.sql);
}, 60_000);

afterAll(() => generated?.close());

describe("the same request", () => {
  test("gives the same rows, whoever writes them in whatever order, also after an interruption", async () => {
    const second = await open();
    try {
      const write = writer(second.database, request);
      let writes = 0;
      const breaking = async (chunk: Parameters<typeof write>[0]) => {
        writes += 1;
        if (writes > 2) throw new Error("the power is gone");
        return write(chunk);
      };
      await expect(generate(second.database, request, [breaking])).rejects.toThrow("the power is gone");
      const writers = [writer(second.database, request), writer(second.database, request)];
      const outcome = await generate(second.database, request, writers);
      expect(outcome.chunksKnown).toBe(2);
      expect(await checksums(second.sql)).toEqual(sums);
    } finally {
      await second.close();
    }
  }, 60_000);

  test("adds nothing the second time", async () => {
    const again = await generate(generated.database, request, [writer(generated.database, request)]);
    expect(again).toMatchObject({ conversations: 0, events: 0, messages: 0, measurements: 0, chunksKnown: 6 });
    expect(await checksums(generated.sql)).toEqual(sums);
  }, 60_000);

  test("with another seed gives other rows beside the first ones", async () => {
    const other = { ...request, conversations: 60, seed: 8 };
    const beside = await open();
    try {
      await generate(beside.database, other, [writer(beside.database, other)]);
      const first = { ...other, seed: 7 };
      await generate(beside.database, first, [writer(beside.database, first)]);
      const [row] = await beside.sql`
        select count(*)::int as conversations, count(distinct created_at)::int as times,
          count(distinct tenant_id)::int as tenants from conversations`;
      expect(row).toEqual({ conversations: 120, times: 120, tenants: 6 });
    } finally {
      await beside.close();
    }
  }, 60_000);
});

describe("what was generated", () => {
  test("is what folding its stored events gives, to the row", async () => {
    const rows = await generated.sql<{ tenant_id: string }[]>`
      select distinct tenant_id from conversations where id % 7 = 0`;
    expect(rows).toHaveLength(3);
    // what stands there already would stay: so that every row has to be made again
    for (const table of ["measurements", "conversation_spans", "surveys", "sla_targets", "automation_runs"]) {
      await generated.sql`delete from ${generated.sql(table)} where conversation_id % 7 = 0`;
    }
    await generated.sql`update conversations set fold_version = 0 where id % 7 = 0`;
    const { database } = generated;
    for (const { tenant_id } of rows) {
      while (await asTenant(database, tenant_id, (tx) => refoldPage(tx, 100)));
    }
    expect(await generated.sql`select from conversations where fold_version = 0`).toHaveLength(0);
    expect(await checksums(generated.sql)).toEqual(sums);
  }, 60_000);

  test("has every kind of event and of measurement, and working time where hours are set", async () => {
    const types = await generated.sql<{ type: string }[]>`select distinct type from events order by 1`;
    expect(types.map(({ type }) => type)).toEqual([
      "automation.ran",
      "conversation.assigned",
      "conversation.created",
      "conversation.handoff",
      "conversation.labelled",
      "conversation.priority",
      "conversation.status",
      "csat.answered",
      "csat.sent",
      "message.created",
      "sla.applied",
    ]);
    const kinds = await generated.sql`
      select kind, count(*) filter (where business_ms is null)::int as unset,
        bool_and(business_ms between 0 and duration_ms) as within, bool_or(business_ms < duration_ms) as less
      from measurements group by 1 order by 1`;
    expect(kinds.map((row) => ({ ...row }))).toEqual(
      [...measurementKinds].sort().map((kind) => ({
        kind,
        unset: 0,
        within: true,
        less: true,
      })),
    );
    const [statuses] = await generated.sql`
      select count(distinct status)::int as statuses, max(reopened_count) > 0 as reopened from conversations`;
    expect(statuses).toEqual({ statuses: 4, reopened: true });
    const [rest] = await generated.sql`
      select (select count(distinct status)::int from conversation_spans) as standings,
        (select count(distinct rating)::int from surveys) as ratings,
        (select count(*) > 0 from surveys where answered_at is null) as unanswered,
        (select count(distinct (target, business_hours, ended_at <= due_at))::int from sla_targets) as targets,
        (select count(distinct (rule, outcome))::int from automation_runs) as runs`;
    expect(rest).toEqual({ standings: 3, ratings: 5, unanswered: true, targets: 18, runs: 6 });
  });

  test("happens between the beginning and `until`, and nothing before its conversation", async () => {
    const from = new Date(request.until - request.days * 86_400_000);
    const [row] = await generated.sql`
      select count(*)::int as events, count(*) filter (where e.at < ${from})::int as early,
        count(*) filter (where e.at >= ${new Date(request.until)})::int as late,
        count(*) filter (where e.at < c.created_at)::int as unborn,
        count(distinct (e.tenant_id, e.source_key))::int as keys
      from events e join conversations c on c.id = e.conversation_id`;
    expect(row).toEqual({ events: row?.keys, early: 0, late: 0, unborn: 0, keys: row?.keys });
    const [newest] = await generated.sql<{ at: Date }[]>`select max(at) as at from events`;
    expect(request.until - (newest?.at.getTime() ?? 0)).toBeLessThan(6 * 3_600_000);
  });

  test("is half one tenant's, and most of it with few agents, customers and inboxes", async () => {
    const tenants = await generated.sql<{ tenant_id: string; conversations: number }[]>`
      select tenant_id, count(*)::int as conversations from conversations group by 1 order by 2 desc`;
    expect(tenants.map(({ conversations }) => conversations)).toEqual([3_000, 2_000, 1_000]);
    for (const column of ["assignee_id", "customer_id", "inbox_id"]) {
      const [row] = await generated.sql`
        with each as (
          select count(*) as c, row_number() over (order by count(*) desc) as rank, count(*) over () as n
          from conversations where tenant_id = ${tenants[0]?.tenant_id ?? ""} and ${generated.sql(column)} is not null
          group by ${generated.sql(column)}
        ) select (sum(c) filter (where rank <= (n + 1) / 2) / sum(c))::float8 as share from each`;
      expect(row?.share).toBeGreaterThan(0.6);
    }
  });

  test("follows the day and the week of each tenant's own zone", async () => {
    const tenants = await generated.sql`
      select t.timezone, avg((extract(isodow from c.created_at at time zone t.timezone) < 6)::int)::float8 as weekdays,
        avg((extract(hour from c.created_at at time zone t.timezone) between 9 and 16)::int)::float8 as day,
        avg((extract(hour from c.created_at at time zone t.timezone) < 6)::int)::float8 as night
      from conversations c join tenants t on t.id = c.tenant_id group by 1 order by 1`;
    expect(tenants.map(({ timezone }) => timezone)).toEqual(["America/New_York", "Asia/Kathmandu", "Asia/Kolkata"]);
    for (const { weekdays, day, night } of tenants) {
      // evenly spread it would be 0.71, 0.33 and 0.25
      expect(weekdays).toBeGreaterThan(0.8);
      expect(day).toBeGreaterThan(0.5);
      expect(night).toBeLessThan(0.06);
    }
  });

  test("is answered later at night and at weekends, and rarely much later than usual", async () => {
    const [row] = await generated.sql`
      with answers as (
        select m.duration_ms as ms, extract(isodow from m.started_at at time zone t.timezone) > 5
          or extract(hour from m.started_at at time zone t.timezone) not between 9 and 16 as off
        from measurements m join tenants t on t.id = m.tenant_id where m.kind = 'first_response'
      ) select percentile_cont(0.5) within group (order by ms) filter (where off)::float8 as off,
        percentile_cont(0.5) within group (order by ms) filter (where not off)::float8 as staffed,
        percentile_cont(0.95) within group (order by ms) filter (where not off)::float8 as slow
      from answers`;
    expect(row?.off).toBeGreaterThan(3 * row?.staffed);
    expect(row?.slow).toBeGreaterThan(5 * row?.staffed);
  });

  test("crosses no tenant", async () => {
    const [row] = await generated.sql`
      select (select count(*) from memberships) = (select count(distinct user_id) from memberships) as own_agents,
        (select count(*)::int from conversations c join tenants t on t.id = c.tenant_id
          where split_part(t.name, ' ', 3) <> regexp_replace(c.source_key, '-[0-9]+$', '')) as strayed,
        (select count(*)::int from messages m where m.sender = 'agent' and not exists (
          select from memberships ms where ms.tenant_id = m.tenant_id and ms.user_id = m.sender_id)) as strangers`;
    expect(row).toEqual({ own_agents: true, strayed: 0, strangers: 0 });
  });
});
