import { engagement as definition } from "@deskpulse/jobs/analytics/engagement";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { engagement } from "../src/analytics/engagement.ts";
import { createGeneratedDesk, type GeneratedDesk } from "./generated-desk.ts";

let desk: GeneratedDesk;
beforeAll(async () => {
  desk = await createGeneratedDesk();
}, 60_000);
afterAll(() => desk?.close());

const read = (request: object) => desk.report(definition, engagement, request);

interface Act {
  readonly customer: string;
  readonly kind: "conversation" | "message";
  readonly period: string;
  /** The period in which the customer's first conversation began. */
  readonly first: string;
}

/** Every act of a customer in a range with its local period, by the events. */
async function acts(from: string, to: string, timezone: string, groupBy: string): Promise<Act[]> {
  const { sql } = desk.database;
  const period = (at: string) =>
    sql`to_char(date_trunc(${groupBy}, ${sql.unsafe(at)} at time zone ${timezone}), 'YYYY-MM-DD')`;
  return await sql<Act[]>`
    with begun as (
      select conversation_id, at, data->>'customer' as customer, min(at) over (partition by data->>'customer') as first_at
      from events where tenant_id = ${desk.tenantId} and type = 'conversation.created'
    ), acts as (
      select customer, 'conversation' as kind, at, first_at from begun
      union all
      select b.customer, 'message', e.at, b.first_at
      from events e join begun b using (conversation_id)
      where e.tenant_id = ${desk.tenantId} and e.type = 'message.created' and e.data->>'sender' = 'customer'
    )
    select customer, kind, ${period("at")} as period, ${period("first_at")} as first from acts
    where at >= ${from}::timestamp at time zone ${timezone} and at < ${to}::timestamp at time zone ${timezone}`;
}

const distinct = (found: readonly Act[]): number => new Set(found.map(({ customer }) => customer)).size;

test.each([
  { from: "2026-04-01", to: "2026-07-01", timezone: "America/New_York", groupBy: "month" },
  { from: "2026-05-04", to: "2026-05-18", timezone: "Asia/Kolkata", groupBy: "day" },
])("customers are who the events say: %j", async (request) => {
  const { from, to, timezone, groupBy } = request;
  const { totals, series } = await read(request);
  const found = await acts(from, to, timezone, groupBy);
  const fresh = found.filter(({ first }) => first >= from);
  const conversations = found.filter(({ kind }) => kind === "conversation").length;
  expect(totals).toMatchObject({
    activeCustomers: distinct(found),
    newCustomers: distinct(fresh),
    returningCustomers: distinct(found) - distinct(fresh),
    conversations,
    conversationsWithoutCustomer: 0,
    messages: found.length - conversations,
    conversationsPerCustomer: conversations / distinct(found),
  });
  for (const bucket of series) {
    const inBucket = found.filter(({ period }) => period === bucket.start.slice(0, 10));
    expect(bucket).toMatchObject({
      activeCustomers: distinct(inBucket),
      newCustomers: distinct(inBucket.filter(({ first, period }) => first === period)),
      messages: inBucket.filter(({ kind }) => kind === "message").length,
    });
  }
  expect(totals.returningCustomers).toBeGreaterThan(0);
  const [reopened] = await desk.database.sql<{ count: number }[]>`
    select count(*)::int as count from measurements where tenant_id = ${desk.tenantId} and kind = 'reopening'
      and at - started_at <= interval '7 days' and at >= ${from}::timestamp at time zone ${timezone}
      and at < ${to}::timestamp at time zone ${timezone}`;
  expect(totals.reopenedWithin7Days).toBe(reopened?.count);
});

test.each([
  ["week", "weeklyCohorts"],
  ["month", "monthlyCohorts"],
] as const)("each %s's cohort comes back as the events say", async (groupBy, name) => {
  const timezone = "America/New_York";
  const { totals } = await read({ from: "2026-09-01", to: "2026-11-02", timezone });
  const cohorts = totals[name];
  expect(cohorts).toHaveLength(12);
  const starts = cohorts.map(({ start }) => start.slice(0, 10));
  const found = await acts(starts[0] ?? "", "2026-11-02", timezone, groupBy);
  for (const [index, { customers, active, retention }] of cohorts.entries()) {
    const expected = starts
      .slice(index)
      .map((period) => distinct(found.filter((act) => act.first === starts[index] && act.period === period)));
    expect(active).toEqual(expected);
    expect(customers).toBe(expected[0]);
    expect(retention).toEqual(expected.map((each) => (customers === 0 ? null : each / customers)));
  }
  expect(cohorts.some(({ active: [, ...later] }) => later.some((each) => each > 0))).toBe(true);
});

test("of nothing there are zeros and nulls", async () => {
  const { totals } = await read({ from: "2001-01-01", to: "2001-01-03" });
  expect(totals).toMatchObject({ activeCustomers: 0, conversationsPerCustomer: null, reopenedWithin7Days: 0 });
  expect(totals.weeklyCohorts.every(({ customers }) => customers === 0)).toBe(true);
});
