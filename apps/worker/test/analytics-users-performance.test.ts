import { usersPerformance as definition } from "@deskpulse/jobs/analytics/users-performance";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { usersPerformance } from "../src/analytics/users-performance.ts";
import { createGeneratedDesk, type GeneratedDesk } from "./generated-desk.ts";

let desk: GeneratedDesk;
beforeAll(async () => {
  desk = await createGeneratedDesk();
}, 60_000);
afterAll(() => desk?.close());

const read = (request: object) => desk.report(definition, usersPerformance, request);

interface Told {
  readonly agent: string;
  readonly handled: number;
  readonly resolved: number;
  readonly messages: number;
  readonly first_responses: number;
  readonly quarters: number;
}

/** What the events say of each agent: who wrote, and who had a conversation last assigned when it was resolved. */
async function told(from: string, to: string, timezone: string): Promise<Map<string, Told>> {
  const { sql } = desk.database;
  const rows = await sql<Told[]>`
    with events_of as (
      select conversation_id, type, at, data, (split_part(source_key, '/', 2)) as n from events
      where tenant_id = ${desk.tenantId}
    ), answers as (
      select conversation_id, at, data->>'agent' as agent,
        row_number() over (partition by conversation_id order by at) as nth
      from events_of where type = 'message.created' and data->>'sender' = 'agent' and not (data->>'private')::boolean
    ), written as (
      select at, data->>'agent' as agent from events_of where type = 'message.created' and data->>'sender' = 'agent'
    ), resolutions as (
      select r.conversation_id, r.at, (select a.data->>'agent' from events_of a
        where a.conversation_id = r.conversation_id and a.type = 'conversation.assigned' and a.at <= r.at
        order by a.at desc limit 1) as agent
      from events_of r where r.type = 'conversation.status' and r.data->>'status' = 'resolved'
    ), handled as (
      select agent, conversation_id, min(at) as at from (
        select agent, conversation_id, at from answers union all select agent, conversation_id, at from resolutions
      ) touched where agent is not null group by 1, 2
    ), facts as (
      select agent, at, 'handled' as kind from handled
      union all select agent, at, 'resolved' from resolutions where agent is not null
      union all select agent, at, 'message' from answers
      union all select agent, at, 'first_response' from answers where nth = 1
      union all select agent, at, 'written' from written
    )
    select agent, count(*) filter (where kind = 'handled')::int as handled,
      count(*) filter (where kind = 'resolved')::int as resolved,
      count(*) filter (where kind = 'message')::int as messages,
      count(*) filter (where kind = 'first_response')::int as first_responses,
      count(distinct date_bin('15 minutes', at, timestamptz 'epoch')) filter (where kind in ('written', 'resolved'))::int as quarters
    from facts
    where at >= ${from}::timestamp at time zone ${timezone} and at < ${to}::timestamp at time zone ${timezone}
    group by 1`;
  return new Map(rows.map((row) => [row.agent, row]));
}

async function keysOfAgents(): Promise<Map<string, string>> {
  const rows = await desk.database.sql<{ id: string; key: string }[]>`
    select user_id as id, source_key as key from memberships where tenant_id = ${desk.tenantId}`;
  return new Map(rows.map(({ id, key }) => [id, key]));
}

describe.each([false, true])("users' performance, rolled up: %p", (isRolledUp) => {
  beforeAll(async () => {
    if (isRolledUp) await desk.rollUp();
  }, 60_000);

  test.each([
    { from: "2026-03-01", to: "2026-11-21", timezone: "America/New_York", groupBy: "month" },
    { from: "2026-05-01", to: "2026-05-20", timezone: "America/New_York", groupBy: "day" },
    { from: "2026-05-01", to: "2026-05-20", timezone: "Asia/Kathmandu", groupBy: "week" },
  ])("is what the events say: %j", async (request) => {
    const { totals, series, meta } = await read(request);
    if (isRolledUp && request.timezone === desk.timezone) expect(meta.source).toBe("rollups and facts");
    const expected = await told(request.from, request.to, request.timezone);
    const keys = await keysOfAgents();
    expect(totals.agents.map(({ agentId }) => keys.get(agentId)).sort()).toEqual([...expected.keys()].sort());
    for (const agent of totals.agents) {
      const row = expected.get(keys.get(agent.agentId) ?? "");
      expect({
        handled: agent.handled,
        resolved: agent.resolved,
        messages: agent.messages,
        firstResponses: agent.firstResponse.count,
        quarters: agent.activeHours * 4,
      }).toEqual({
        handled: row?.handled,
        resolved: row?.resolved,
        messages: row?.messages,
        firstResponses: row?.first_responses,
        quarters: row?.quarters,
      });
    }
    for (const key of ["handled", "resolved", "messages"] as const) {
      expect(totals.agents.reduce((sum, agent) => sum + agent[key], 0)).toBe(totals[key]);
      expect(series.reduce((sum, bucket) => sum + bucket[key], 0)).toBe(totals[key]);
    }
    expect(totals.agentsActive).toBe(expected.size);
  });

  test("is the same from rollups and from the facts, averages included", async () => {
    const request = { from: "2026-04-01", to: "2026-06-01", timezone: desk.timezone, groupBy: "week" };
    const inboxes = await desk.database.sql<{ id: number }[]>`
      select id::float8 as id from inboxes where tenant_id = ${desk.tenantId}`;
    const rolled = await read(request);
    const facts = await read({ ...request, inboxId: inboxes.map(({ id }) => id) });
    expect(facts.meta.source).toBe("facts");
    expect(facts.totals).toEqual(rolled.totals);
    expect(facts.series).toEqual(rolled.series);
  });
});

test("durations, ratings and promises are what the facts' rows say; medians come with precision", async () => {
  const range = { from: "2026-04-01", to: "2026-09-01", timezone: "UTC" };
  const { totals } = await read({ ...range, precision: "exact" });
  const { sql } = desk.database;
  const inRange = (at: string) => sql.unsafe(`${at} >= '2026-04-01T00:00:00Z' and ${at} < '2026-09-01T00:00:00Z'`);
  for (const agent of totals.agents) {
    const [row] = await sql`
      select avg(duration_ms) filter (where kind = 'first_response')::float8 / 1000 as first,
        percentile_cont(0.5) within group (order by duration_ms) filter (where kind = 'reply_time') / 1000 as reply,
        (select count(*)::int from surveys where tenant_id = ${desk.tenantId} and user_id = ${agent.agentId}
          and ${inRange("answered_at")}) as answered,
        (select count(*)::int from sla_targets where tenant_id = ${desk.tenantId} and user_id = ${agent.agentId}
          and ended_at <= due_at and ${inRange("ended_at")}) as kept,
        (select count(*)::int from sla_targets where tenant_id = ${desk.tenantId} and user_id = ${agent.agentId}
          and due_at < least(coalesce(ended_at, 'infinity'), coalesce(withdrawn_at, 'infinity'))
          and ${inRange("due_at")}) as missed
      from measurements where tenant_id = ${desk.tenantId} and user_id = ${agent.agentId} and ${inRange("at")}`;
    expect(agent.firstResponse.averageSeconds).toBeCloseTo(row?.first ?? Number.NaN, 6);
    expect(agent.reply.medianSeconds).toBeCloseTo(row?.reply ?? Number.NaN, 6);
    expect([agent.satisfaction.answered, agent.withinSla.kept, agent.withinSla.missed]).toEqual([
      row?.answered,
      row?.kept,
      row?.missed,
    ]);
  }
  expect(totals.withinSla.kept).toBeGreaterThan(10);
  expect(totals.withinSla.missed).toBeGreaterThan(10);
  expect(totals.teams.length).toBeGreaterThan(1);
  expect((await read(range)).totals.agents[0]?.reply.medianSeconds).toBeNull();
});
