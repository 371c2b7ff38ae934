import { listRecords, type RecordPlace, type ReportRecord } from "@deskpulse/db/analytics/list-records";
import { asTenant } from "@deskpulse/db/transaction";
import { planRecords, type RecordedReport, recordedReports } from "@deskpulse/domain/analytics/report-records";
import { preparationFor, reportRequest } from "@deskpulse/domain/analytics/report-request";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type AnalyticsFixture, createAnalyticsFixture, incidentTenant } from "./analytics-fixture.ts";
import { createMixedDesk, mixedRange } from "./analytics-mixed-desk.ts";

let fixture: AnalyticsFixture;
let incidents: string;
let mixed: string;
let ids: { agent: string; inbox: number; team: number };

beforeAll(async () => {
  fixture = await createAnalyticsFixture();
  incidents = fixture.tenants.get(incidentTenant) ?? "";
  mixed = await createMixedDesk(fixture.database);
  const [row] = await fixture.database.sql<[typeof ids]>`
    select (select user_id from memberships where tenant_id = ${mixed} and source_key = 'a0') as agent,
      (select id::int from inboxes where tenant_id = ${mixed} and source_key = 'i0') as inbox,
      (select id::int from teams where tenant_id = ${mixed} and source_key = 't1') as team`;
  ids = row;
}, 90_000);

afterAll(() => fixture?.close());

const prepare = preparationFor("breakdown", "businessHours");

interface Asked {
  readonly metric: string;
  readonly bucket?: string;
}

/** All records, page by page. */
async function recordsOf(tenantId: string, report: RecordedReport, request: object, asked: Asked, limit = 40) {
  const input = prepare(reportRequest.parse(request), { timezone: "UTC", nowMs: 0 });
  const plan = planRecords(report, asked, input);
  const found: ReportRecord[] = [];
  let after: RecordPlace | undefined;
  for (;;) {
    const page = { after, limit };
    const rows = await asTenant(fixture.database, tenantId, (tx) => listRecords(tx, plan, page));
    found.push(...rows);
    const last = rows.at(-1);
    if (last === undefined || rows.length < limit) return found;
    after = { atMs: last.at.getTime(), id: last.id };
  }
}

const countOf = (figures: object, metric: string): number => {
  const figure: unknown = Reflect.get(figures, metric);
  return typeof figure === "number" ? figure : (figure as { count: number }).count;
};

const averageOf = (figures: object, metric: string): number | null | undefined => {
  const figure: unknown = Reflect.get(figures, metric);
  return typeof figure === "number" ? undefined : (figure as { averageSeconds: number | null }).averageSeconds;
};

/** Records of the range and of every bucket are as many as the figure, and as long on average. */
async function checkCounts(tenantId: string, request: object): Promise<number> {
  let checked = 0;
  for (const name of ["conversations", "response-time"] as const) {
    const read = name === "conversations" ? fixture.conversations : fixture.responseTime;
    const report = await read(tenantId, { ...request, precision: "exact" });
    for (const metric of Object.keys(recordedReports[name])) {
      const places = [
        { figures: report.totals, bucket: undefined },
        ...report.series.map((figures) => ({ figures, bucket: figures.start })),
      ];
      for (const { figures, bucket } of places) {
        const asked = bucket === undefined ? { metric } : { metric, bucket };
        const records = await recordsOf(tenantId, name, request, asked);
        expect({ metric, bucket, count: records.length }).toEqual({ metric, bucket, count: countOf(figures, metric) });
        expect(new Set(records.map(({ id }) => id)).size).toBe(records.length);
        const average = averageOf(figures, metric);
        if (average === undefined) expect(records.every(({ ms }) => ms === null)).toBe(true);
        else if (average === null) expect(records).toEqual([]);
        else
          expect(records.reduce((sum, { ms }) => sum + (ms ?? Number.NaN), 0) / records.length / 1_000).toBeCloseTo(
            average,
          );
        checked += records.length;
      }
    }
  }
  return checked;
}

describe("as many records as the figure says, in the range and in every bucket", () => {
  test("without filters, by day", async () => {
    expect(await checkCounts(mixed, mixedRange)).toBeGreaterThan(2_000);
  }, 60_000);

  test.each<[string, () => object]>([
    ["of an agent", () => ({ agentId: [ids.agent] })],
    ["of an inbox and a team", () => ({ inboxId: [ids.inbox], teamId: [ids.team] })],
    ["of a channel", () => ({ channel: ["web"] })],
    ["of two labels", () => ({ label: ["label x", "label y"] })],
    ["of priorities and a label", () => ({ priority: ["low", "urgent"], label: ["label x"] })],
    ["in business hours", () => ({ businessHours: true })],
    ["in business hours of an agent", () => ({ businessHours: true, agentId: [ids.agent] })],
    [
      "with cut buckets and a compared range",
      () => ({
        from: "2020-01-22T09:30:00Z",
        to: "2020-01-31T17:15:00Z",
        timezone: "Asia/Kathmandu",
        compare: "previous",
      }),
    ],
  ])("%s, by week", async (_, besides) => {
    expect(await checkCounts(mixed, { ...mixedRange, groupBy: "week", ...besides() })).toBeGreaterThan(100);
  });

  test("among the incidents, by month", async () => {
    const request = { from: "2016-02-01", to: "2016-06-01", timezone: "Asia/Kolkata", groupBy: "month" };
    expect(await checkCounts(incidents, request)).toBeGreaterThan(4_000);
  }, 30_000);
});

describe("records", () => {
  test("are oldest first, whatever the size of the page, with names and source keys", async () => {
    const [pages, whole] = [
      await recordsOf(mixed, "conversations", mixedRange, { metric: "messagesOut" }, 7),
      await recordsOf(mixed, "conversations", mixedRange, { metric: "messagesOut" }, 10_000),
    ];
    expect(pages).toEqual(whole);
    const times = whole.map(({ at }) => at.getTime());
    expect(times).toEqual([...times].sort((a, b) => a - b));
    const rows = await fixture.database.sql<{ at: Date; conversation: string; agent: string | null }[]>`
      select m.at, c.source_key as conversation, u.name as agent
      from messages m join conversations c on c.id = m.conversation_id left join users u on u.id = m.sender_id
      where m.tenant_id = ${mixed} and m.direction = 'out' and not m.is_private and m.at < '2020-02-03T00:00:00Z'
      order by m.at, m.id`;
    expect(whole.map(({ at, conversation, agent }) => ({ at, conversation, agent }))).toEqual([...rows]);
  });

  test("of uniqueResolved are the first resolution of each conversation in the range", async () => {
    const records = await recordsOf(mixed, "conversations", mixedRange, { metric: "uniqueResolved" }, 5);
    const rows = await fixture.database.sql<{ conversation: string; at: Date }[]>`
      select c.source_key as conversation, min(m.at) as at
      from measurements m join conversations c on c.id = m.conversation_id
      where m.tenant_id = ${mixed} and kind = 'resolution' and at < '2020-02-03T00:00:00Z' group by 1`;
    const resolved = await recordsOf(mixed, "conversations", mixedRange, { metric: "resolved" });
    expect(resolved.length).toBeGreaterThan(records.length);
    expect(new Map(records.map(({ conversation, at }) => [conversation, at]))).toEqual(
      new Map(rows.map(({ conversation, at }) => [conversation, at])),
    );
  });

  test("of another tenant's things are none", async () => {
    const request = { ...mixedRange, inboxId: [ids.inbox] };
    expect(await recordsOf(incidents, "conversations", request, { metric: "created" })).toEqual([]);
  });
});
