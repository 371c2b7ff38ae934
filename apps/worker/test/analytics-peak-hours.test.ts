import { peakHours as definition } from "@deskpulse/jobs/analytics/peak-hours";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { peakHours } from "../src/analytics/peak-hours.ts";
import { createGeneratedDesk, type GeneratedDesk } from "./generated-desk.ts";

let desk: GeneratedDesk;
beforeAll(async () => {
  desk = await createGeneratedDesk();
}, 60_000);
afterAll(() => desk?.close());

const read = (request: object) => desk.report(definition, peakHours, request);

/** What the events say of each local hour of the week; the generator resolves only what is open. */
async function counted(from: string, to: string, timezone: string) {
  const { sql } = desk.database;
  return await sql<{ weekday: number; hour: number; created: number; messagesIn: number; resolved: number }[]>`
    select extract(isodow from e.at at time zone ${timezone})::int as weekday,
      extract(hour from e.at at time zone ${timezone})::int as hour,
      count(*) filter (where e.type = 'conversation.created')::int as created,
      count(*) filter (where e.type = 'message.created' and e.data->>'direction' = 'in')::int as "messagesIn",
      count(*) filter (where e.type = 'conversation.status' and e.data->>'status' = 'resolved')::int as resolved
    from events e
    where e.tenant_id = ${desk.tenantId} and e.at >= ${from}::timestamp at time zone ${timezone}
      and e.at < ${to}::timestamp at time zone ${timezone}
    group by 1, 2`;
}

/** How often each local hour of the week occurs, by its quarter hours. */
async function occurrences(from: string, to: string, timezone: string) {
  const rows = await desk.database.sql<{ weekday: number; hour: number; n: number }[]>`
    select extract(isodow from at at time zone ${timezone})::int as weekday,
      extract(hour from at at time zone ${timezone})::int as hour, count(*)::float8 / 4 as n
    from generate_series(${from}::timestamp at time zone ${timezone},
      ${to}::timestamp at time zone ${timezone} - interval '1 ms', interval '15 minutes') at group by 1, 2`;
  return new Map(rows.map(({ weekday, hour, n }) => [`${weekday} ${hour}`, n]));
}

describe.each([false, true])("peak hours, rolled up: %p", (isRolledUp) => {
  beforeAll(async () => {
    if (isRolledUp) await desk.rollUp();
  }, 60_000);

  test.each([
    { from: "2026-03-06", to: "2026-03-12", timezone: "America/New_York" },
    { from: "2026-10-28", to: "2026-11-05", timezone: "America/New_York" },
    { from: "2026-04-01", to: "2026-07-15", timezone: "Asia/Kathmandu" },
    { from: "2026-09-01", to: "2026-11-01", timezone: "Australia/Lord_Howe" },
  ])("are what the events say: %j", async ({ from, to, timezone }) => {
    const { totals, series, meta } = await read({ from, to, timezone });
    expect(meta.source).toMatch(isRolledUp ? /^rollups$/ : /facts/);
    const rows = new Map((await counted(from, to, timezone)).map((row) => [`${row.weekday} ${row.hour}`, row]));
    const times = await occurrences(from, to, timezone);
    expect(totals.heatmap.map(({ average: _, openAverage: __, ...cell }) => cell)).toEqual(
      totals.heatmap.map(({ weekday, hour }) => {
        const { created = 0, messagesIn = 0, resolved = 0 } = rows.get(`${weekday} ${hour}`) ?? {};
        return { weekday, hour, occurrences: times.get(`${weekday} ${hour}`) ?? 0, created, messagesIn, resolved };
      }),
    );
    for (const metric of ["created", "messagesIn", "resolved"] as const) {
      const sum = totals.heatmap.reduce((total, cell) => total + cell[metric], 0);
      expect(sum).toBe(totals[metric]);
      expect(series.reduce((total, bucket) => total + bucket[metric], 0)).toBe(sum);
      const highest = Math.max(...totals.heatmap.map(({ average }) => average[metric] ?? 0));
      expect(totals.peaks[metric].hourOfWeek?.average).toBe(highest);
    }
    const [open] = await desk.database.sql`
      select avg(open)::float8 as average, max(open)::int as peak from (
        select (select count(*) from conversation_spans s where s.tenant_id = ${desk.tenantId} and s.status = 'open'
          and s.started_at < at and (s.ended_at is null or s.ended_at >= at)) as open
        from generate_series(${from}::timestamp at time zone ${timezone} + interval '15 minutes',
          ${to}::timestamp at time zone ${timezone}, interval '15 minutes') at) quarters`;
    expect(totals.concurrentOpen?.peak).toBe(open?.peak);
    expect(totals.concurrentOpen?.average).toBeCloseTo(open?.average, 9);
  });
});

test("filters narrow, by the facts", async () => {
  const request = { from: "2026-05-01", to: "2026-06-01", timezone: "UTC" };
  const [inbox] = await desk.database.sql<{ id: number }[]>`
    select inbox_id::float8 as id from conversations where tenant_id = ${desk.tenantId} group by 1 order by count(*) desc`;
  const all = await read(request);
  const some = await read({ ...request, inboxId: [inbox?.id] });
  const other = await read({ ...request, inboxId: [1_000_000] });
  expect(some.meta.source).toBe("facts");
  expect(some.totals.created).toBeGreaterThan(0);
  expect(some.totals.created).toBeLessThan(all.totals.created);
  expect(other.totals).toMatchObject({
    created: 0,
    peaks: { created: { hourOfWeek: null } },
    concurrentOpen: { peak: 0 },
  });
});
