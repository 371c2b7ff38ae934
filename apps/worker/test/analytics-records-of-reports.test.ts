import { listRecords, type RecordPlace, type ReportRecord } from "@deskpulse/db/analytics/list-records";
import { asTenant } from "@deskpulse/db/transaction";
import { planRecords, prepareRecords, recordedReports } from "@deskpulse/domain/analytics/report-records";
import { reportRequest } from "@deskpulse/domain/analytics/report-request";
import { peakHours as peakHoursJob } from "@deskpulse/jobs/analytics/peak-hours";
import { satisfaction as satisfactionJob } from "@deskpulse/jobs/analytics/satisfaction";
import { volumeTrends as volumeTrendsJob } from "@deskpulse/jobs/analytics/volume-trends";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { peakHours } from "../src/analytics/peak-hours.ts";
import { satisfaction } from "../src/analytics/satisfaction.ts";
import { volumeTrends } from "../src/analytics/volume-trends.ts";
import { createGeneratedDesk, type GeneratedDesk } from "./generated-desk.ts";

let desk: GeneratedDesk;
beforeAll(async () => {
  desk = await createGeneratedDesk(600);
}, 60_000);
afterAll(() => desk?.close());

const reports = {
  "volume-trends": (request: object) => desk.report(volumeTrendsJob, volumeTrends, request),
  "peak-hours": (request: object) => desk.report(peakHoursJob, peakHours, request),
  satisfaction: (request: object) => desk.report(satisfactionJob, satisfaction, request),
} as const;
type Name = keyof typeof reports;

/** All records, in small pages. */
async function recordsOf(name: Name, request: object, asked: { metric: string; bucket?: string }) {
  const input = prepareRecords(name, reportRequest.parse(request), { timezone: desk.timezone, nowMs: 0 });
  const plan = planRecords(name, asked, input);
  const found: ReportRecord[] = [];
  const limit = 50;
  for (let after: RecordPlace | undefined; ; ) {
    const page = { after, limit };
    const rows = await asTenant(desk.database, desk.tenantId, (tx) => listRecords(tx, plan, page));
    found.push(...rows);
    const last = rows.at(-1);
    if (last === undefined || rows.length < limit) return found;
    after = { atMs: last.at.getTime(), id: last.id };
  }
}

const range = { from: "2026-03-20", to: "2026-11-10", timezone: "America/New_York", groupBy: "month" };

test.each<[Name, string, () => Promise<object>]>([
  ["volume-trends", "without filters", async () => ({})],
  ["peak-hours", "without filters", async () => ({ timezone: "Asia/Kathmandu" })],
  ["satisfaction", "without filters", async () => ({})],
  ["satisfaction", "of the busiest inbox", async () => ({ inboxId: [await busiest("inbox_id")] })],
  ["satisfaction", "of the busiest agent", async () => ({ agentId: [await busiest("user_id")] })],
  ["volume-trends", "of the busiest inbox", async () => ({ inboxId: [await busiest("inbox_id")] })],
])("of %s, %s, are as many as each figure says", async (name, _, besides) => {
  const request = { ...range, ...(await besides()) };
  const { totals, series } = await reports[name](request);
  for (const metric of Object.keys(recordedReports[name])) {
    const whole = await recordsOf(name, request, { metric });
    expect({ metric, count: whole.length }).toEqual({ metric, count: Reflect.get(totals, metric) });
    expect(whole.length).toBeGreaterThan(10);
    expect(new Set(whole.map(({ id, at }) => `${id} ${at.getTime()}`)).size).toBe(whole.length);
    const byBucket: number[] = [];
    for (const { start } of series) byBucket.push((await recordsOf(name, request, { metric, bucket: start })).length);
    expect(byBucket).toEqual(series.map((figures) => Reflect.get(figures, metric)));
  }
});

async function busiest(column: "inbox_id" | "user_id"): Promise<unknown> {
  const { sql } = desk.database;
  const [row] = await sql`
    select ${sql(column)} as value from surveys
    where tenant_id = ${desk.tenantId} and ${sql(column)} is not null group by 1 order by count(*) desc, 1 limit 1`;
  return column === "inbox_id" ? Number(row?.value) : row?.value;
}

test("say who answered, by plain SQL over the events", async () => {
  const records = await recordsOf("satisfaction", range, { metric: "surveysSent" });
  const rows = await desk.database.sql`
    select c.source_key as conversation, e.at from events e
    join conversations c on c.tenant_id = e.tenant_id and c.id = e.conversation_id
    where e.tenant_id = ${desk.tenantId} and e.type = 'csat.sent'
      and e.at >= '2026-03-20'::timestamp at time zone 'America/New_York'
      and e.at < '2026-11-10'::timestamp at time zone 'America/New_York'
    order by e.at, c.id`;
  expect(records.map(({ conversation, at }) => ({ conversation, at }))).toEqual([...rows]);
});

test("are refused where the report itself refuses the request", () => {
  const asked = reportRequest.parse({ ...range, businessHours: true });
  expect(() => prepareRecords("satisfaction", asked, { timezone: "UTC", nowMs: 0 })).toThrow("this report");
});
