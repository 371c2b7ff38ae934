import { responseClasses } from "@deskpulse/domain/analytics/response-classes";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type AnalyticsFixture, createAnalyticsFixture, incidentTenant } from "./analytics-fixture.ts";
import { createMixedDesk, mixedRange } from "./analytics-mixed-desk.ts";

let fixture: AnalyticsFixture;
let mixed: string;

beforeAll(async () => {
  fixture = await createAnalyticsFixture();
  mixed = await createMixedDesk(fixture.database);
}, 90_000);

afterAll(() => fixture?.close());

interface Measured {
  readonly kind: string;
  readonly day: Date | null;
  readonly count: number;
  readonly without: number;
  readonly averageSeconds: number | null;
  readonly medianSeconds: number | null;
  readonly p90Seconds: number | null;
}

/** What the stored business milliseconds say, by kind and UTC day, and by kind alone. */
const measured = () => fixture.database.sql<Measured[]>`
  select kind, date_trunc('day', at, 'UTC') as day, count(business_ms)::int as count,
    count(*) filter (where business_ms is null)::int as without, avg(business_ms)::float8 / 1000 as "averageSeconds",
    percentile_cont(0.5) within group (order by business_ms) / 1000 as "medianSeconds",
    percentile_cont(0.9) within group (order by business_ms) / 1000 as "p90Seconds"
  from measurements
  where tenant_id = ${mixed} and at >= '2020-01-06T00:00:00Z' and at < '2020-02-03T00:00:00Z'
  group by grouping sets ((kind), (kind, date_trunc('day', at, 'UTC')))`;

describe("with businessHours, durations", () => {
  test("are those in working hours, in totals and buckets; what has no hours is left out and counted", async () => {
    const rows = await measured();
    const figures = (kind: string, day: string | null) => {
      const row = rows.find((it) => it.kind === kind && (it.day?.toISOString() ?? null) === day);
      const { count = 0, averageSeconds = null, medianSeconds = null, p90Seconds = null } = row ?? {};
      return { count, averageSeconds, medianSeconds, p90Seconds };
    };
    const without = (...kinds: string[]) =>
      rows.reduce((sum, { kind, day, without: left }) => (day === null && kinds.includes(kind) ? sum + left : sum), 0);
    const request = { ...mixedRange, businessHours: true };
    const conversations = await fixture.conversations(mixed, request);
    const response = await fixture.responseTime(mixed, request);
    for (const { day, point, answers } of [
      { day: null, point: conversations.totals, answers: response.totals },
      ...conversations.series.map((bucket, index) => ({
        day: new Date(bucket.start).toISOString(),
        point: bucket,
        answers: response.series[index],
      })),
    ]) {
      expect(point.firstResponse).toMatchObject(figures("first_response", day));
      expect(point.resolution).toMatchObject(figures("resolution", day));
      expect(answers?.firstResponse).toMatchObject(figures("first_response", day));
      expect(answers?.reply).toMatchObject(figures("reply_time", day));
    }
    expect(conversations.meta.withoutBusinessHours).toBe(without("first_response", "reply_time", "resolution"));
    expect(response.meta.withoutBusinessHours).toBe(without("first_response", "reply_time"));
    expect(conversations.totals.firstResponse.count).toBeGreaterThan(10);
    expect(conversations.meta).toMatchObject({ source: "rollups and facts", precision: "exact" });
  });

  test("change nothing that is counted, nor do filters: inbox i0 has hours, the others have not", async () => {
    const request = { ...mixedRange, breakdown: ["inbox"] };
    const wall = await fixture.conversations(mixed, request);
    const business = await fixture.conversations(mixed, { ...request, businessHours: true });
    const counts = ({ firstResponse: _f, reply: _a, resolution: _r, ...rest }: typeof wall.totals) => rest;
    expect(counts(business.totals)).toEqual(counts(wall.totals));
    expect(wall.meta.withoutBusinessHours).toBeNull();
    const entry = (report: typeof wall, name: string) =>
      report.breakdowns.find(({ dimensions: [value] }) => value?.name === name);
    expect(entry(business, "Inbox i0")?.resolution.count).toBe(entry(wall, "Inbox i0")?.resolution.count);
    expect(entry(business, "Inbox i1")).toMatchObject({ resolution: { count: 0, medianSeconds: null } });
    expect(entry(business, "Inbox i1")?.resolved).toBe(entry(wall, "Inbox i1")?.resolved);
    expect(entry(wall, "Inbox i1")?.resolved).toBeGreaterThan(0);
  });

  test("fall into the histogram's classes by working hours", async () => {
    const { totals } = await fixture.responseTime(mixed, { ...mixedRange, businessHours: true });
    const rows = await fixture.database.sql<{ ms: number }[]>`
      select business_ms::float8 as ms from measurements
      where tenant_id = ${mixed} and kind = 'first_response' and business_ms is not null
        and at >= '2020-01-06T00:00:00Z' and at < '2020-02-03T00:00:00Z'`;
    const expected = responseClasses.map(({ belowMs }, index) => {
      const fromMs = responseClasses[index - 1]?.belowMs ?? 0;
      return rows.filter(({ ms }) => ms >= fromMs && ms < (belowMs ?? Number.POSITIVE_INFINITY)).length;
    });
    expect(totals.firstResponseHistogram.map(({ count }) => count)).toEqual(expected);
  });

  test("are none, and all counted as left out, where nobody has working hours", async () => {
    const tenantId = fixture.tenants.get(incidentTenant) ?? "";
    const { totals, meta } = await fixture.conversations(tenantId, {
      from: "2016-03-01",
      to: "2016-04-01",
      businessHours: true,
    });
    expect(totals.firstResponse).toMatchObject({ count: 0, averageSeconds: null });
    expect(totals.resolved).toBeGreaterThan(500);
    expect(meta.withoutBusinessHours).toBeGreaterThan(totals.resolved);
  });
});
