import { ensureTenant } from "@deskpulse/db/ingest/ensure-tenant";
import { ingestEvents } from "@deskpulse/db/ingest/ingest-events";
import { asEngine } from "@deskpulse/db/transaction";
import { type Dimension, dimensions } from "@deskpulse/domain/analytics/breakdown";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { checkThatChartsCanBeDrawn, conversationFigures, responseFigures } from "./analytics-check.ts";
import { expectedFigures } from "./analytics-expected.ts";
import {
  type AnalyticsFixture,
  type ConversationsReport,
  createAnalyticsFixture,
  incidentTenant,
  type ResponseTimeReport,
} from "./analytics-fixture.ts";
import { createMixedDesk, mixedRange } from "./analytics-mixed-desk.ts";

let fixture: AnalyticsFixture;
let incidents: string;
let mixed: string;

beforeAll(async () => {
  fixture = await createAnalyticsFixture();
  incidents = fixture.tenants.get(incidentTenant) ?? "";
  mixed = await createMixedDesk(fixture.database);
}, 90_000);

afterAll(() => fixture?.close());

const march = { from: "2016-03-01", to: "2016-04-01", timezone: "Asia/Kolkata", groupBy: "week" };

type Entry = (ConversationsReport | ResponseTimeReport)["breakdowns"][number];

const figuresOf = ({ dimensions: _, ...figures }: Entry): object => figures;
const keysOf = ({ dimensions: values }: Entry) => values.map(({ key }) => key);
const namesOf = ({ dimensions: values }: Entry) => values.map(({ name }) => name);

/** The filter that a value of a dimension is. */
const filterOf: Readonly<Record<Dimension, (key: string) => object>> = {
  agent: (key) => ({ agentId: [key] }),
  team: (key) => ({ teamId: [Number(key)] }),
  inbox: (key) => ({ inboxId: [Number(key)] }),
  channel: (key) => ({ channel: [key] }),
  label: (key) => ({ label: [key] }),
  priority: (key) => ({ priority: [key] }),
};

/** Entries that have a value for every dimension: about this many of them, from the greatest to the least. */
function sampleOf<Each extends Entry>(entries: readonly Each[], count = 6): Each[] {
  const filterable = entries.filter((entry) => !keysOf(entry).includes(null));
  const step = Math.max(1, Math.floor(filterable.length / count));
  return filterable.filter((_, index) => index % step === 0 || index === filterable.length - 1);
}

async function checkAgainstFilters(tenantId: string, breakdown: readonly Dimension[], range: object): Promise<number> {
  let checked = 0;
  for (const read of [fixture.conversations, fixture.responseTime]) {
    const { breakdowns, meta } = await read(tenantId, { ...range, breakdown });
    expect(meta.breakdown).toEqual({ dimensions: breakdown, entriesLeftOut: expect.any(Number) });
    expect(new Set(breakdowns.map((entry) => JSON.stringify(keysOf(entry)))).size).toBe(breakdowns.length);
    for (const entry of sampleOf<Entry>(breakdowns)) {
      const filters = entry.dimensions.map(({ dimension, key }) => filterOf[dimension](key ?? ""));
      const { totals } = await read(tenantId, Object.assign({}, range, ...filters));
      expect(totals).toMatchObject(figuresOf(entry));
      checked += 1;
    }
  }
  return checked;
}

describe("an entry is the report filtered by its values", () => {
  const pairs = dimensions.flatMap((first) => dimensions.filter((it) => it !== first).map((it) => [first, it]));

  test.each([...dimensions.map((dimension) => [dimension]), ...pairs].map((breakdown) => ({ breakdown })))(
    "by $breakdown",
    async ({ breakdown }) => {
      // every dimension of the mixed desk has two values or more, in either report
      expect(await checkAgainstFilters(mixed, breakdown, mixedRange)).toBeGreaterThanOrEqual(4);
    },
  );

  test.each<[Dimension]>([["agent"], ["team"], ["priority"]])("by %s among the incidents", async (dimension) => {
    expect(await checkAgainstFilters(incidents, [dimension], march)).toBeGreaterThan(4);
  });

  test("in business hours", async () => {
    const range = { ...mixedRange, businessHours: true };
    expect(await checkAgainstFilters(mixed, ["inbox"], range)).toBeGreaterThan(1);
    expect(await checkAgainstFilters(mixed, ["agent", "team"], range)).toBeGreaterThan(4);
  });

  test("with other filters beside it, and at another hour of the day", async () => {
    const filters = { priority: ["medium", "high"], label: ["seven"] };
    const range = { ...march, ...filters, from: "2016-03-02T10:15:00Z", groupBy: "hour" };
    expect(await checkAgainstFilters(incidents, ["team"], range)).toBeGreaterThan(4);
  });
});

/** SQL over the raw facts for each dimension, and for the absence of a value. */
const raw = {
  team: "team",
  channel: "channel",
  priority: "priority",
  label: "case when conversation like '%7' then 'seven' end",
} as const;

describe("every entry is what SQL finds in the raw incidents", () => {
  test.each(Object.keys(raw) as (keyof typeof raw)[])("by %s", async (dimension) => {
    const conversations = await fixture.conversations(incidents, { ...march, breakdown: [dimension] });
    const response = await fixture.responseTime(incidents, { ...march, breakdown: [dimension] });
    const { sql } = fixture.database;
    const [from, to] = [new Date("2016-02-29T18:30:00Z"), new Date("2016-03-31T18:30:00Z")];
    const known = await sql<{ value: string | null }[]>`
      select distinct ${sql.unsafe(raw[dimension])} as value from facts
      where tenant = ${incidentTenant} and at >= ${from} and at < ${to}`;
    const values = known.map(({ value }) => value);
    const listed = conversations.breakdowns.map((entry) => (keysOf(entry)[0] === null ? null : namesOf(entry)[0]));
    expect(new Set(listed.filter((value) => value !== "teen"))).toEqual(new Set(values));
    for (const value of values.slice(0, 12)) {
      const where = value === null ? `${raw[dimension]} is null` : `${raw[dimension]} = '${value}'`;
      const question = { tenant: incidentTenant, from, to, timezone: march.timezone, groupBy: march.groupBy, where };
      const { total } = await expectedFigures(fixture.database, question);
      const isIt = (entry: Entry) => (value === null ? keysOf(entry)[0] === null : namesOf(entry)[0] === value);
      expect(conversations.breakdowns.find(isIt)).toMatchObject(conversationFigures(total));
      const answered = response.breakdowns.find(isIt);
      if (answered === undefined) expect(total("first_response").count + total("reply_time").count).toBe(0);
      else expect(answered).toMatchObject(responseFigures(total));
    }
  });

  test("two labels of one name count a conversation once", async () => {
    const { breakdowns } = await fixture.conversations(mixed, { ...mixedRange, breakdown: ["label"] });
    const rows = await fixture.database.sql<{ name: string; created: number }[]>`
      select name, count(distinct conversation_id)::int as created
      from conversation_labels cl join labels l on l.id = cl.label_id where cl.tenant_id = ${mixed} group by 1`;
    const created = Object.fromEntries(breakdowns.map((entry) => [namesOf(entry)[0], entry.created]));
    expect(created).toMatchObject(Object.fromEntries(rows.map((row) => [row.name, row.created])));
    expect(Object.keys(created).sort()).toEqual(["No label", "label x", "label y"]);
  });

  test("two labels of a conversation both count it, in entries of their own", async () => {
    const { breakdowns } = await fixture.conversations(incidents, { ...march, breakdown: ["label"] });
    const [row] = await fixture.database.sql<{ seven: number; teen: number; none: number }[]>`
      select count(*) filter (where conversation like '%7')::int as seven,
        count(*) filter (where conversation ~ '[01]7$')::int as teen,
        count(*) filter (where conversation not like '%7')::int as none
      from facts where tenant = ${incidentTenant} and kind = 'created'
        and at >= '2016-02-29T18:30:00Z' and at < '2016-03-31T18:30:00Z'`;
    const created = Object.fromEntries(breakdowns.map((entry) => [namesOf(entry)[0], entry.created]));
    expect(created).toEqual({ seven: row?.seven, teen: row?.teen, "No label": row?.none });
    expect(row?.teen).toBeGreaterThan(0);
  });
});

describe("a breakdown", () => {
  test("adds up to the totals where each fact has one value, and comes the greatest first", async () => {
    for (const dimension of ["agent", "team", "inbox", "channel", "priority"]) {
      const { breakdowns, totals } = await fixture.conversations(incidents, { ...march, breakdown: [dimension] });
      const sum = (key: "created" | "resolved" | "reopened" | "messagesOut") =>
        breakdowns.reduce((total, entry) => total + entry[key], 0);
      expect([sum("created"), sum("resolved"), sum("reopened")]).toEqual([
        totals.created,
        totals.resolved,
        totals.reopened,
      ]);
      const sizes = breakdowns.map(({ created }) => created);
      expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
    }
  });

  test("has 500 entries at most and says how many it leaves out, the same ones each time", async () => {
    const { database } = fixture;
    const tenantId = await asEngine(database, (tx) => ensureTenant(tx, "Many labels"));
    const at = "2020-01-06T10:00:00Z";
    const events = Array.from({ length: 6 }, (_, nth) => `c${nth}`).flatMap((conversation) => [
      { type: "conversation.created" as const, id: conversation, conversation, at, inbox: "i" },
      {
        type: "conversation.labelled" as const,
        id: `${conversation}/labels`,
        conversation,
        at,
        labels: Array.from({ length: 100 }, (_, nth) => `${nth === 0 ? "all" : conversation}-${nth}`),
      },
    ]);
    await ingestEvents(database, tenantId, "test", events);
    const request = { ...mixedRange, breakdown: ["label", "inbox"] };
    const { breakdowns, meta } = await fixture.conversations(tenantId, request);
    expect([breakdowns.length, meta.breakdown?.entriesLeftOut]).toEqual([500, 1 + 6 * 99 - 500]);
    expect(breakdowns.map((entry) => [namesOf(entry)[0], entry.created]).slice(0, 3)).toEqual([
      ["all-0", 6],
      ["c0-1", 1],
      ["c0-10", 1],
    ]);
    expect((await fixture.conversations(tenantId, request)).breakdowns).toEqual(breakdowns);
  });

  test("is drawn as bars, twenty at most, beside charts over time", async () => {
    const report = await fixture.conversations(incidents, { ...march, breakdown: ["team"], compare: "previous" });
    const [chart, ...others] = [...report.charts].reverse();
    checkThatChartsCanBeDrawn({ ...report, charts: others });
    expect(chart).toMatchObject({ id: "breakdown", kind: "bar", unit: "count" });
    expect(chart?.x).toEqual(report.breakdowns.slice(0, 20).map((entry) => namesOf(entry)[0]));
    expect(chart?.series[0]?.values).toEqual(report.breakdowns.slice(0, 20).map(({ created }) => created));
  });

  test("is an empty list where nothing happened, and null in meta where it was not asked for", async () => {
    const report = await fixture.conversations(incidents, { ...march, from: "2015-01-01", to: "2015-02-01" });
    expect([report.breakdowns, report.meta.breakdown]).toEqual([[], null]);
    const request = { ...march, from: "2015-01-01", to: "2015-02-01", breakdown: ["agent", "label"] };
    const empty = await fixture.conversations(incidents, request);
    expect([empty.breakdowns, empty.meta.breakdown?.entriesLeftOut]).toEqual([[], 0]);
    expect(empty.charts.map(({ id }) => id)).toEqual(report.charts.map(({ id }) => id));
  });
});
