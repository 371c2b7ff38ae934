import { automation as definition } from "@deskpulse/jobs/analytics/automation";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { automation } from "../src/analytics/automation.ts";
import { createGeneratedDesk, type GeneratedDesk } from "./generated-desk.ts";

let desk: GeneratedDesk;
beforeAll(async () => {
  desk = await createGeneratedDesk();
}, 60_000);
afterAll(() => desk?.close());

const read = (request: object) => desk.report(definition, automation, request);

test.each([
  { from: "2026-03-01", to: "2026-11-21", timezone: "America/New_York", groupBy: "month" },
  { from: "2026-05-01", to: "2026-06-01", timezone: "Asia/Kathmandu", groupBy: "day" },
])("runs are what the events say: %j", async ({ from, to, timezone, groupBy }) => {
  const { totals, series } = await read({ from, to, timezone, groupBy });
  const { sql } = desk.database;
  const runs = sql`
    select e.conversation_id, date_trunc(${groupBy}, e.at, ${timezone}) as start, e.data->>'rule' as rule,
      e.data->>'trigger' as trigger, e.data->>'outcome' = 'succeeded' as ok, (e.data->>'durationMs')::int as ms,
      e.data->>'error' as error, e.data->'actions' as actions
    from events e where e.tenant_id = ${desk.tenantId} and e.type = 'automation.ran'
      and e.at >= ${from}::timestamp at time zone ${timezone} and e.at < ${to}::timestamp at time zone ${timezone}`;
  const rows = await sql`
    select start, count(*)::int as runs, count(*) filter (where ok)::int as succeeded,
      count(distinct conversation_id)::int as "conversationsTouched",
      percentile_cont(0.95) within group (order by ms) as "p95DurationMs",
      percentile_cont(0.5) within group (order by ms) as "medianDurationMs"
    from (${runs}) runs group by grouping sets ((), (start))`;
  const plain = rows.map(({ start, ...row }) => [start?.getTime() ?? null, row] as const);
  expect(totals).toMatchObject(new Map(plain).get(null) ?? {});
  const none = { runs: 0, succeeded: 0, conversationsTouched: 0, p95DurationMs: null, medianDurationMs: null };
  expect(series).toMatchObject(series.map(({ start }) => new Map(plain).get(Date.parse(start)) ?? none));
  const grouped = async (name: "rule" | "trigger") =>
    (
      await sql`select ${sql(name)} as name, count(*)::int as runs, count(*) filter (where ok)::int as succeeded
        from (${runs}) runs group by 1 order by 2 desc, 1`
    ).map((row) => ({ ...row }));
  expect(totals.byRule.greatest).toMatchObject(await grouped("rule"));
  expect(totals.byTrigger.greatest).toMatchObject(await grouped("trigger"));
  const actions = await sql`select action as name, count(*)::int as runs, count(*) filter (where ok)::int as succeeded
    from (${runs}) runs cross join jsonb_array_elements_text(actions) as action group by 1 order by 2 desc, 1`;
  expect(totals.byAction.greatest).toMatchObject(actions.map((row) => ({ ...row })));
  expect(totals.estimatedTimeSaved.minutes).toBe(2 * actions.reduce((sum, { succeeded }) => sum + succeeded, 0));
  const causes = await sql`
    select error as cause, count(*)::int as failed from (${runs}) runs where not ok group by 1 order by 2 desc, 1`;
  expect(totals.failuresByCause.greatest).toEqual(causes.map((row) => ({ ...row })));
  expect(totals.failed).toBeGreaterThan(0);
});

test("resolutions without an answer and by bots are what the messages say", async () => {
  const { totals } = await read({ from: "2026-03-01", to: "2026-11-21", timezone: "UTC" });
  // the generator resolves only what is open, so each resolved event is a resolution
  const [row] = await desk.database.sql`
    with resolved as (
      select e.conversation_id, e.at from events e
      where e.tenant_id = ${desk.tenantId} and e.type = 'conversation.status' and e.data->>'status' = 'resolved'
    ), told as (
      select r.*,
        (select count(*) from events m where m.conversation_id = r.conversation_id and m.type = 'message.created'
          and m.at <= r.at and m.data->>'sender' = 'agent' and not (m.data->>'private')::boolean) as answers,
        (select count(*) from events m where m.conversation_id = r.conversation_id and m.type = 'message.created'
          and m.at <= r.at and m.data->>'sender' = 'bot') as bot_lines,
        exists (select from events h where h.conversation_id = r.conversation_id and h.type = 'conversation.handoff'
          and h.at <= r.at) as handed_over
      from resolved r
    )
    select count(*)::int as resolved, count(*) filter (where answers = 0)::int as "resolvedWithoutAnswer",
      count(*) filter (where answers = 0 and bot_lines > 0 and not handed_over)::int as "botResolved",
      (select count(distinct conversation_id)::int from events
        where tenant_id = ${desk.tenantId} and type = 'conversation.handoff') as handoffs
    from told`;
  expect(totals).toMatchObject({ ...row });
  expect(totals.botResolved).toBeGreaterThan(10);
  expect(totals.handoffRate).toBe(totals.handoffs / (totals.handoffs + totals.botResolved));
});

test("of nothing there are zeros and nulls", async () => {
  const { totals } = await read({ from: "2001-01-01", to: "2001-01-03" });
  expect(totals).toMatchObject({ runs: 0, successRate: null, p95DurationMs: null, handoffRate: null });
  expect(totals.byRule).toEqual({ greatest: [], others: 0 });
});
