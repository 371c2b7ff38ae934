import { satisfaction as definition } from "@deskpulse/jobs/analytics/satisfaction";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { satisfaction } from "../src/analytics/satisfaction.ts";
import { createGeneratedDesk, type GeneratedDesk } from "./generated-desk.ts";

let desk: GeneratedDesk;
beforeAll(async () => {
  desk = await createGeneratedDesk();
}, 60_000);
afterAll(() => desk?.close());

const read = (request: object) => desk.report(definition, satisfaction, request);

interface Question {
  readonly from: string;
  readonly to: string;
  readonly timezone: string;
  readonly groupBy: string;
}

/** What the events say, by local bucket and (null) in all; each conversation is asked and answers once at most. */
async function said({ from, to, timezone, groupBy }: Question, inbox: string | null) {
  const { sql } = desk.database;
  const [bounds] = await sql<{ from: Date; to: Date }[]>`
    select ${from}::timestamp at time zone ${timezone} as from, ${to}::timestamp at time zone ${timezone} as to`;
  return await sql<{ start: Date | null; sent: number; replied: number; counts: number[]; score: number | null }[]>`
    with asked as (
      select e.conversation_id, e.type, e.at, (e.data->>'rating')::int as rating from events e
      where e.tenant_id = ${desk.tenantId} and e.type in ('csat.sent', 'csat.answered')
        and (${inbox}::text is null or exists (select from events c where c.tenant_id = e.tenant_id
          and c.conversation_id = e.conversation_id and c.type = 'conversation.created' and c.data->>'inbox' = ${inbox}))
    ), facts as (
      select *, date_trunc(${groupBy}, at, ${timezone}) as start, exists (select from asked a
        where a.conversation_id = asked.conversation_id and a.type = 'csat.answered') as replied
      from asked where at >= ${bounds?.from ?? new Date()} and at < ${bounds?.to ?? new Date()}
    )
    select start, count(*) filter (where type = 'csat.sent')::int as sent,
      count(*) filter (where type = 'csat.sent' and replied)::int as replied,
      jsonb_build_array(count(*) filter (where rating = 1), count(*) filter (where rating = 2),
        count(*) filter (where rating = 3), count(*) filter (where rating = 4), count(*) filter (where rating = 5)) as counts,
      (count(*) filter (where rating >= 4))::float8 / nullif(count(rating), 0) as score
    from facts group by grouping sets ((), (start))`;
}

describe.each([false, true])("the satisfaction report, rolled up: %p", (isRolledUp) => {
  beforeAll(async () => {
    if (isRolledUp) await desk.rollUp();
  }, 60_000);

  test.each([
    { from: "2026-03-10", to: "2026-11-21", timezone: "America/New_York", groupBy: "day" },
    { from: "2026-03-10", to: "2026-11-21", timezone: "America/New_York", groupBy: "month" },
    { from: "2026-05-01", to: "2026-08-01", timezone: "Asia/Kathmandu", groupBy: "week" },
    { from: "2026-10-30", to: "2026-11-03", timezone: "America/New_York", groupBy: "hour" },
  ])("is what the events say: %j", async (question) => {
    for (const inbox of [null, "website"]) {
      const [found] = await desk.database.sql<{ id: number }[]>`
        select id::float8 as id from inboxes where tenant_id = ${desk.tenantId} and source_key = ${inbox ?? ""}`;
      const report = await read({ ...question, ...(found === undefined ? {} : { inboxId: [found.id] }) });
      const rows = await said(question, found === undefined ? null : inbox);
      const total = rows.find(({ start }) => start === null);
      expect(report.totals).toMatchObject({
        surveysSent: total?.sent,
        surveysAnswered: total?.replied,
        distribution: total?.counts.map((count, index) => ({ rating: index + 1, count })),
        score: total?.score,
      });
      const inBuckets = new Map(rows.map(({ start, ...row }) => [start?.getTime(), row]));
      for (const { start, surveysSent, surveysAnswered, answered, score } of report.series) {
        const row = inBuckets.get(Date.parse(start));
        expect({ surveysSent, surveysAnswered, answered, score }).toEqual({
          surveysSent: row?.sent ?? 0,
          surveysAnswered: row?.replied ?? 0,
          answered: row?.counts.reduce((sum, each) => sum + each, 0) ?? 0,
          score: row?.score ?? null,
        });
      }
      const { scoreInterval, score } = report.totals;
      if (scoreInterval !== null) {
        expect(scoreInterval.low).toBeLessThanOrEqual(score ?? 0);
        expect(scoreInterval.high).toBeGreaterThanOrEqual(score ?? 1);
      }
    }
  });
});

test("comments are the newest ones that were written, with who is praised", async () => {
  const { totals } = await read({ from: "2026-03-01", to: "2026-11-21", timezone: "UTC", groupBy: "month" });
  const rows = await desk.database.sql<{ at: Date; comment: string }[]>`
    select at, data->>'comment' as comment from events
    where tenant_id = ${desk.tenantId} and type = 'csat.answered' and data->>'comment' <> '' order by at desc limit 50`;
  expect(rows.length).toBeGreaterThan(30);
  expect(totals.comments.map(({ at, comment }) => [Date.parse(at), comment])).toEqual(
    rows.map(({ at, comment }) => [at.getTime(), comment]),
  );
  expect(totals.comments.some(({ agent }) => agent !== null)).toBe(true);
});

test("of nothing there are zeros and nulls", async () => {
  const { totals, series } = await read({ from: "2001-01-01", to: "2001-01-03" });
  const none = {
    answered: 0,
    score: null,
    averageRating: null,
    surveysSent: 0,
    surveysAnswered: 0,
    responseRate: null,
  };
  expect(totals).toMatchObject({ ...none, scoreInterval: null, responseRateInterval: null, trend: null, comments: [] });
  expect(series).toMatchObject([none, none]);
});
