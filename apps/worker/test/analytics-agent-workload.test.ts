import { agentWorkload as definition } from "@deskpulse/jobs/analytics/agent-workload";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { agentWorkload } from "../src/analytics/agent-workload.ts";
import { createGeneratedDesk, type GeneratedDesk } from "./generated-desk.ts";

let desk: GeneratedDesk;
beforeAll(async () => {
  desk = await createGeneratedDesk(800);
}, 60_000);
afterAll(() => desk?.close());

const read = (request: object) => desk.report(definition, agentWorkload, request);

interface Stood {
  readonly agent: string | null;
  readonly fromMs: number;
  /** Infinite while it is open. */
  readonly toMs: number;
}

/** Who had which conversation open from when to when, by going through the events one by one. */
async function stood(): Promise<Stood[]> {
  const rows = await desk.database.sql<{ id: string; type: string; at: Date; agent: string | null; status: string }[]>`
    select conversation_id as id, type, at, data->>'agent' as agent, data->>'status' as status from events
    where tenant_id = ${desk.tenantId} and type in ('conversation.created', 'conversation.assigned', 'conversation.status')
    order by conversation_id, at, type`;
  const found: Stood[] = [];
  let id = "";
  let [agent, isOpen, sinceMs]: [string | null, boolean, number] = [null, false, 0];
  const close = (toMs: number) => {
    if (isOpen && toMs > sinceMs) found.push({ agent, fromMs: sinceMs, toMs });
  };
  for (const row of rows) {
    if (row.id !== id) {
      close(Number.POSITIVE_INFINITY);
      [id, agent, isOpen] = [row.id, null, false];
    } else close(row.at.getTime());
    sinceMs = row.at.getTime();
    if (row.type === "conversation.status") isOpen = row.status === "open";
    else if (row.type === "conversation.assigned") agent = row.agent;
    else isOpen = true;
  }
  close(Number.POSITIVE_INFINITY);
  return found;
}

const overlapMs = (span: Stood, fromMs: number, toMs: number): number =>
  Math.max(0, Math.min(span.toMs, toMs) - Math.max(span.fromMs, fromMs));

test.each([
  { from: "2026-04-01T00:00:00Z", to: "2026-05-01T00:00:00Z", timezone: "UTC", groupBy: "day" },
  { from: "2026-06-01T09:30:00Z", to: "2026-06-03T10:10:00Z", timezone: "Asia/Kathmandu", groupBy: "hour" },
])("loads are what the events say: %j", async (request) => {
  const { totals, series } = await read(request);
  const [fromMs, toMs] = [Date.parse(request.from), Date.parse(request.to)];
  const spans = await stood();
  const average = (of: readonly Stood[], startMs: number, endMs: number): number =>
    of.reduce((sum, span) => sum + overlapMs(span, startMs, endMs), 0) / (endMs - startMs);
  expect(totals.averageOpen).toBeCloseTo(average(spans, fromMs, toMs), 6);
  const keys = new Map(
    (
      await desk.database.sql<{ id: string; key: string }[]>`
        select user_id as id, source_key as key from memberships where tenant_id = ${desk.tenantId}`
    ).map(({ id, key }) => [id, key]),
  );
  for (const { agentId, averageOpen, openNow } of totals.agents) {
    const own = spans.filter(({ agent }) => agent === keys.get(agentId));
    expect(averageOpen).toBeCloseTo(average(own, fromMs, toMs), 6);
    expect(openNow).toBe(own.filter((span) => span.toMs === Number.POSITIVE_INFINITY).length);
  }
  expect(totals.unassigned.averageOpen).toBeCloseTo(
    average(
      spans.filter(({ agent }) => agent === null),
      fromMs,
      toMs,
    ),
    6,
  );
  const sum = (loads: readonly { averageOpen: number }[]) => loads.reduce((total, load) => total + load.averageOpen, 0);
  expect(sum(totals.agents) + totals.unassigned.averageOpen).toBeCloseTo(totals.averageOpen ?? 0, 6);
  expect(sum(totals.teams)).toBeCloseTo(totals.averageOpen ?? 0, 6);
  for (const { start, end, averageOpen, openAtEnd } of series) {
    const [startMs, endMs] = [Math.max(Date.parse(start), fromMs), Math.min(Date.parse(end), toMs)];
    expect(averageOpen).toBeCloseTo(average(spans, startMs, endMs), 5);
    expect(openAtEnd).toBe(spans.filter((span) => span.fromMs < endMs && span.toMs >= endMs).length);
  }
  expect(totals.agents.length).toBeGreaterThan(2);
  expect(totals.spread.gini).toBeGreaterThan(0);
});

test("the time to come counts for nobody, and of nothing there are zeros and nulls", async () => {
  const { totals, series } = await read({ from: "2199-01-01", to: "2199-01-03" });
  expect(totals).toMatchObject({ averageOpen: null, openAtEnd: null });
  expect(series.map(({ averageOpen }) => averageOpen)).toEqual([null, null]);
  const past = await read({ from: "2001-01-01", to: "2001-01-03" });
  expect(past.totals).toMatchObject({ averageOpen: 0, openAtEnd: 0 });
});
