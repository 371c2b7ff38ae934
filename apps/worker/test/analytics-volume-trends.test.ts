import { volumeTrends as definition } from "@deskpulse/jobs/analytics/volume-trends";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { volumeTrends } from "../src/analytics/volume-trends.ts";
import { createGeneratedDesk, type GeneratedDesk } from "./generated-desk.ts";

let desk: GeneratedDesk;
beforeAll(async () => {
  desk = await createGeneratedDesk();
}, 60_000);
afterAll(() => desk?.close());

const read = (request: object) => desk.report(definition, volumeTrends, request);

/** Conversations created, by local day and in all. */
async function created(from: string, to: string, timezone: string) {
  const rows = await desk.database.sql<{ day: string; count: number }[]>`
    select to_char(e.at at time zone ${timezone}, 'YYYY-MM-DD') as day, count(*)::int as count from events e
    where e.tenant_id = ${desk.tenantId} and e.type = 'conversation.created'
      and e.at >= ${from}::timestamp at time zone ${timezone} and e.at < ${to}::timestamp at time zone ${timezone}
    group by 1 order by 2 desc, 1`;
  return { rows, total: rows.reduce((sum, { count }) => sum + count, 0) };
}

describe.each([false, true])("volume trends, rolled up: %p", (isRolledUp) => {
  beforeAll(async () => {
    if (isRolledUp) await desk.rollUp();
  }, 60_000);

  test.each([
    { from: "2026-05-01", to: "2026-06-30", before: "2026-03-02", timezone: "America/New_York", groupBy: "week" },
    { from: "2026-10-01", to: "2026-11-10", before: "2026-08-22", timezone: "Asia/Kolkata", groupBy: "day" },
  ])("are what the events say: %j", async ({ from, to, before, timezone, groupBy }) => {
    const { totals, series } = await read({ from, to, timezone, groupBy });
    const [now, then] = [await created(from, to, timezone), await created(before, from, timezone)];
    expect(totals.created).toBe(now.total);
    expect(series.reduce((sum, bucket) => sum + bucket.created, 0)).toBe(now.total);
    const { growth, busiestDay, weekly, trend } = totals.development.created;
    const change = now.total - then.total;
    expect(growth).toEqual({ previous: then.total, change, rate: change / then.total });
    expect(busiestDay?.count).toBe(now.rows[0]?.count);
    expect(now.rows).toContainEqual({ day: busiestDay?.day, count: busiestDay?.count });
    // the generator has fewer at weekends
    const difference = (weekday: number) => weekly?.find((one) => one.weekday === weekday)?.difference ?? 0;
    expect(difference(6) + difference(7)).toBeLessThan(difference(2) + difference(3));
    expect(weekly?.reduce((sum, one) => sum + one.difference, 0)).toBeCloseTo(0, 9);
    expect(trend?.pValue).toBeGreaterThan(0);
  });
});

test("a short range has no trend, and an empty one nothing at all", async () => {
  const short = await read({ from: "2026-05-01", to: "2026-05-08" });
  expect(short.totals.development.created).toMatchObject({ trend: null, weekly: null, changePoints: [] });
  const { totals } = await read({ from: "2001-01-01", to: "2001-03-01" });
  expect(totals.development.messagesIn).toMatchObject({
    growth: { previous: 0, change: 0, rate: null },
    trend: { direction: "none" },
    changePoints: [],
    busiestDay: null,
  });
});
