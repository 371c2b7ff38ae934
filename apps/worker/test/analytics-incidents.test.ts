import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import {
  checkAgainstRawData,
  checkThatBucketsAddUp,
  checkThatChartsCanBeDrawn,
  conversationFigures,
  responseFigures,
} from "./analytics-check.ts";
import { type AnalyticsFixture, createAnalyticsFixture, incidentTenant } from "./analytics-fixture.ts";

let fixture: AnalyticsFixture;
let tenantId: string;

beforeAll(async () => {
  fixture = await createAnalyticsFixture();
  tenantId = fixture.tenants.get(incidentTenant) ?? "";
}, 90_000);

afterAll(() => fixture?.close());

/** Local times without zone as instants, by Postgres. */
async function instants(timezone: string, ...locals: string[]): Promise<Date[]> {
  const { sql } = fixture.database;
  const rows = await sql<{ at: Date }[]>`
    select local::timestamp at time zone ${timezone} as at
    from unnest(${`{${locals.join(",")}}`}::text[]) with ordinality as given (local, position) order by position`;
  return rows.map(({ at }) => at);
}

interface Case {
  timezone: string;
  groupBy: string;
  from: string;
  to: string;
  /** What the compared range is, in local times. */
  compare?: { name: "previous" | "year"; from: string; to: string };
  filters?: Record<string, unknown>;
  where?: string;
  /** How many facts it counts, with those of the compared range: so that no case is empty unnoticed. */
  facts: number;
}

async function check({ timezone, groupBy, from, to, compare, filters, where, facts }: Case): Promise<void> {
  const [fromAt = new Date(0), toAt = new Date(0)] = await instants(timezone, from, to);
  const request = {
    // a date alone is local midnight; other times go with their zone
    from: /^\d{4}-\d{2}-\d{2}$/.test(from) ? from : fromAt.toISOString(),
    to: /^\d{4}-\d{2}-\d{2}$/.test(to) ? to : toAt.toISOString(),
    timezone,
    groupBy,
    ...(compare === undefined ? {} : { compare: compare.name }),
    ...filters,
  };
  const reports = {
    conversations: await fixture.conversations(tenantId, request),
    response: await fixture.responseTime(tenantId, request),
  };
  const narrowed = where === undefined ? {} : { where };
  const question = { tenant: incidentTenant, from: fromAt, to: toAt, timezone, groupBy, ...narrowed };
  const { database } = fixture;
  const totals = await checkAgainstRawData(database, question, reports.conversations, conversationFigures);
  await checkAgainstRawData(database, question, reports.response, responseFigures);
  for (const report of [reports.conversations, reports.response]) {
    checkThatBucketsAddUp(report);
    checkThatChartsCanBeDrawn(report);
    expect(Date.parse(report.meta.from)).toBe(fromAt.getTime());
    expect(Date.parse(report.meta.to)).toBe(toAt.getTime());
  }
  const compared = { conversations: reports.conversations.comparison, response: reports.response.comparison };
  if (compare === undefined || compared.conversations === null || compared.response === null) {
    expect([compared, compare]).toEqual([{ conversations: null, response: null }, undefined]);
    expect(factsIn(totals)).toBe(facts);
    return;
  }
  const [comparedFrom = new Date(0), comparedTo = new Date(0)] = await instants(timezone, compare.from, compare.to);
  const before = { ...question, from: comparedFrom, to: comparedTo };
  const comparedTotals = await checkAgainstRawData(database, before, compared.conversations, conversationFigures);
  expect(factsIn(totals) + factsIn(comparedTotals)).toBe(facts);
  await checkAgainstRawData(database, before, compared.response, responseFigures);
}

const factsIn = ({ created, reopened, firstResponse, resolution }: ReturnType<typeof conversationFigures>): number =>
  created + reopened + firstResponse.count + resolution.count;

const march = { from: "2016-03-01", to: "2016-04-01" };
const zones: Case[] = [
  { timezone: "UTC", groupBy: "day", ...march, facts: 2_225 },
  { timezone: "Asia/Kolkata", groupBy: "day", ...march, facts: 2_251 },
  { timezone: "Asia/Kolkata", groupBy: "hour", from: "2016-03-01", to: "2016-03-08", facts: 1_936 },
  { timezone: "Asia/Kathmandu", groupBy: "hour", from: "2016-03-02 10:15", to: "2016-03-05 13:30", facts: 1_257 },
  { timezone: "Asia/Kathmandu", groupBy: "week", ...march, facts: 2_252 },
  { timezone: "America/New_York", groupBy: "hour", from: "2016-03-12", to: "2016-03-15", facts: 22 },
  { timezone: "America/New_York", groupBy: "day", from: "2016-03-10", to: "2016-03-17", facts: 106 },
  { timezone: "America/New_York", groupBy: "hour", from: "2016-11-05", to: "2016-11-08", facts: 0 },
  { timezone: "America/New_York", groupBy: "week", from: "2016-02-15", to: "2016-06-01", facts: 2_676 },
  { timezone: "Australia/Lord_Howe", groupBy: "hour", from: "2016-04-01", to: "2016-04-05", facts: 2 },
  { timezone: "Australia/Lord_Howe", groupBy: "month", from: "2016-01-01", to: "2017-03-01", facts: 2_694 },
  { timezone: "America/New_York", groupBy: "quarter", from: "2016-02-10", to: "2017-02-10", facts: 2_694 },
  { timezone: "Asia/Kathmandu", groupBy: "year", from: "2015-07-01", to: "2018-01-01", facts: 2_694 },
];

const comparisons: Case[] = [
  {
    timezone: "America/New_York",
    groupBy: "day",
    from: "2016-03-13",
    to: "2016-03-20",
    compare: { name: "previous", from: "2016-03-06", to: "2016-03-13" },
    facts: 308,
  },
  {
    timezone: "Asia/Kolkata",
    groupBy: "hour",
    from: "2016-03-09 06:00",
    to: "2016-03-09 18:00",
    compare: { name: "previous", from: "2016-03-08 18:00", to: "2016-03-09 06:00" },
    facts: 33,
  },
  {
    timezone: "America/New_York",
    groupBy: "month",
    from: "2017-01-01",
    to: "2017-06-01",
    compare: { name: "year", from: "2016-01-01", to: "2016-06-01" },
    facts: 2_677,
  },
  {
    timezone: "Asia/Kathmandu",
    groupBy: "day",
    from: "2017-03-01",
    to: "2017-04-01",
    compare: { name: "year", from: "2016-03-01", to: "2016-04-01" },
    facts: 2_252,
  },
];

/** Filters by the raw data's words; ids are looked up. */
const filtered: (Omit<Case, "filters"> & { by: Record<string, string[]>; where: string })[] = [
  { by: { priority: ["high", "urgent"] }, where: "priority in ('high', 'urgent')", facts: 147 },
  { by: { channel: ["phone"] }, where: "channel = 'phone'", facts: 2_676 },
  { by: { inboxId: ["Phone"] }, where: "channel = 'phone'", facts: 2_676 },
  { by: { teamId: ["Group 70"] }, where: "team = 'Group 70'", facts: 558 },
  { by: { agentId: ["Resolver 17", "Resolver 13"] }, where: "agent in ('Resolver 17', 'Resolver 13')", facts: 68 },
  { by: { label: ["seven"] }, where: "conversation like '%7'", facts: 302 },
  { by: { label: ["seven", "teen"] }, where: "conversation like '%7'", facts: 302 },
  {
    by: { label: ["teen"], priority: ["medium"], teamId: ["Group 70"] },
    where: "conversation ~ '[01]7$' and priority = 'medium' and team = 'Group 70'",
    facts: 15,
  },
].map((filter) => ({ ...filter, timezone: "Asia/Kolkata", groupBy: "week", from: "2016-02-01", to: "2016-06-01" }));

async function idsOf(by: Record<string, string[]>): Promise<Record<string, unknown>> {
  const { sql } = fixture.database;
  const tables: Record<string, [table: string, id: string]> = {
    agentId: ["memberships", "user_id"],
    inboxId: ["inboxes", "id"],
    teamId: ["teams", "id"],
  };
  const filters = await Promise.all(
    Object.entries(by).map(async ([name, words]) => {
      const [table, id] = tables[name] ?? [];
      if (table === undefined || id === undefined) return [name, words];
      const rows = await sql`
        select ${sql(id)} as id from ${sql(table)} where tenant_id = ${tenantId} and source_key in ${sql(words)}`;
      expect(rows).toHaveLength(words.length);
      return [name, rows.map((row) => (name === "agentId" ? row.id : Number(row.id)))];
    }),
  );
  return Object.fromEntries(filters);
}

describe("both reports are what SQL finds in the incident log as it is", () => {
  test.each(zones)("$timezone by $groupBy from $from to $to", check);
  test.each(comparisons)("$timezone by $groupBy from $from to $to, compared: $compare.name", check);
  test.each(filtered)("only those of filter %#: $where", async ({ by, ...rest }) =>
    check({ ...rest, filters: await idsOf(by) }),
  );

  test("the classes of first responses are those of the raw rows and add up to their count", async () => {
    const { sql } = fixture.database;
    const bounds = [0, 300, 900, 3600, 14_400, 28_800, 86_400];
    const counts = await sql<{ from: number; count: number }[]>`
      select bound as from, (select count(*)::int from facts where tenant = ${incidentTenant} and kind = 'first_response'
        and at >= '2016-03-01' and at < '2016-03-15'
        and ms >= bound * 1000 and (next is null or ms < next * 1000)) as count
      from (select bound, lead(bound) over (order by bound) as next from unnest(${`{${bounds.join(",")}}`}::int[]) bound) b
      order by bound`;
    const { totals, charts } = await fixture.responseTime(tenantId, { from: "2016-03-01", to: "2016-03-15" });
    const classes = totals.firstResponseHistogram;
    expect(classes.map(({ fromSeconds, count }) => ({ from: fromSeconds, count }))).toEqual(
      counts.map((row) => ({ ...row })),
    );
    expect(classes.map(({ toSeconds }) => toSeconds)).toEqual([...bounds.slice(1), null]);
    expect(classes.reduce((sum, { count }) => sum + count, 0)).toBe(totals.firstResponse.count);
    expect(classes.every(({ count }) => count > 0)).toBe(true);
    const chart = charts.find(({ kind }) => kind === "histogram");
    expect(chart?.series[0]?.values).toEqual(classes.map(({ count }) => count));
  });

  test("a fact at the end of a range belongs to the next one only", async () => {
    const { sql } = fixture.database;
    for (const kind of ["created", "first_response", "resolution", "reopening"]) {
      const [fact] = await sql<{ at: Date; count: number }[]>`
        select at, count(*)::int as count from facts where tenant = ${incidentTenant} and kind = ${kind}
        group by at order by 2 desc, 1 limit 1`;
      const at = fact?.at ?? new Date(0);
      const [before = new Date(0), after = new Date(0)] = [-1, 1].map((ms) => new Date(at.getTime() + ms));
      const countIn = async (from: Date, to: Date) => {
        const range = { from: from.toISOString(), to: to.toISOString(), groupBy: "hour" };
        const { created, firstResponse, resolution, reopened } = (await fixture.conversations(tenantId, range)).totals;
        return { created, first_response: firstResponse.count, resolution: resolution.count, reopening: reopened };
      };
      expect(await countIn(before, at)).toEqual({ created: 0, first_response: 0, resolution: 0, reopening: 0 });
      expect(await countIn(at, after)).toMatchObject({ [kind]: fact?.count });
    }
  });

  test("a range of one hour within a day says that its bucket is partial", async () => {
    const { series } = await fixture.conversations(tenantId, {
      from: "2016-03-02T08:00:00Z",
      to: "2016-03-02T09:00:00Z",
      timezone: "America/New_York",
    });
    expect(series).toHaveLength(1);
    expect(series[0]).toMatchObject({
      start: "2016-03-02T00:00:00-05:00",
      end: "2016-03-03T00:00:00-05:00",
      partial: true,
    });
  });

  test("the data range is that of the raw facts, the watermark that of the newest event", async () => {
    const { sql } = fixture.database;
    const [raw] = await sql<{ first: Date; last: Date }[]>`
      select min(at) as first, max(at) as last from facts where tenant = ${incidentTenant}`;
    const [stored] = await sql<{ at: Date }[]>`
      select max(recorded_at) as at from events where tenant_id = ${tenantId}`;
    const { meta } = await fixture.conversations(tenantId, { from: "2000-01-01", to: "2000-01-02" });
    expect([meta.dataRange?.from, meta.dataRange?.to].map((at) => Date.parse(at ?? ""))).toEqual([
      raw?.first.getTime(),
      raw?.last.getTime(),
    ]);
    expect(Date.parse(meta.watermark ?? "")).toBe(stored?.at.getTime());
  });
});

/** Who stood open, unattended and unassigned at an instant, by the raw rows; `extra` narrows them. */
async function stoodAt(at: Date, extra = "true") {
  const { sql } = fixture.database;
  const [row] = await sql`
    with last as (
      select distinct on (number) number, opened, agent, priority, incident_state like 'Awaiting%' as waits
      from (select r.*, w.incident_state from incident_rows r
        join raw w on w.number = r.number and w.sys_mod_count::int = r.mod and w.sys_updated_at::timestamptz = r.updated) rows
      -- a source may say "resolved" before it was: till then it stands as it stood
      where updated < ${at} and not done order by number, position desc
    ), turns as (
      select distinct on (conversation) conversation, kind from facts
      where kind in ('created', 'resolution', 'reopening') and at < ${at}
      order by conversation, at desc, kind = 'resolution' desc, kind = 'reopening' desc
    ), standing as (
      select t.conversation, coalesce(l.waits, false) as waits, l.agent, l.priority,
        exists (select from facts f where f.kind = 'first_response' and f.conversation = t.conversation and f.at < ${at}) as answered
      from turns t left join last l on l.number = t.conversation where t.kind <> 'resolution'
    )
    select count(*) filter (where not waits)::int as open, count(*) filter (where not waits and not answered)::int as unattended,
      count(*) filter (where not waits and agent is null)::int as unassigned
    from standing where ${sql.unsafe(extra)}`;
  return row;
}

test.each([
  { timezone: "UTC", groupBy: "day", from: "2016-03-01", to: "2016-03-20" },
  { timezone: "Asia/Kathmandu", groupBy: "week", from: "2016-02-20", to: "2016-07-01" },
  { timezone: "America/New_York", groupBy: "hour", from: "2016-03-12", to: "2016-03-14" },
  { timezone: "UTC", groupBy: "day", from: "2016-03-01", to: "2016-03-08", priority: ["medium"] },
])("what stood open at the end of each bucket is what the raw rows say: %j", async (request) => {
  const { totals, series, meta } = await fixture.conversations(tenantId, request);
  const extra = "priority" in request ? "priority = 'medium'" : "true";
  const ends = series.map(({ end }) => new Date(Math.min(Date.parse(end), Date.parse(meta.to))));
  const found = series.map(({ open, unattended, unassigned }) => ({ open, unattended, unassigned }));
  const expected = [];
  for (const end of ends) expected.push({ ...(await stoodAt(end, extra)) });
  expect(found).toEqual(expected);
  expect(totals).toMatchObject(expected.at(-1) ?? {});
  expect(Math.max(...found.map(({ open }) => open))).toBeGreaterThan(50);
  expect(new Set(found.map(({ unassigned }) => unassigned)).size).toBeGreaterThan(1);
});
