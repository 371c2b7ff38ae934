import { refreshRollups } from "@deskpulse/db/rollups/refresh-rollups";
import { tenantsToRollUp } from "@deskpulse/db/rollups/tenants-to-roll-up";
import { asEngine, asTenant } from "@deskpulse/db/transaction";
import { reconcile as job } from "@deskpulse/jobs/analytics/reconcile";
import type { JobOutput } from "@deskpulse/jobs/define-job";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { reconcile } from "../src/analytics/reconcile.ts";
import { type AnalyticsFixture, createAnalyticsFixture, incidentTenant } from "./analytics-fixture.ts";
import { runContext } from "./run-context.ts";

type Output = JobOutput<typeof job>;

let fixture: AnalyticsFixture;
let tenantId: string;
/** With far more than one snapshot's days. */
const range = { from: "2016-03-01T00:00:00Z", to: "2016-08-01T00:00:00Z" };
/** One on which everything happened that is rolled up. */
let day: string;

beforeAll(async () => {
  fixture = await createAnalyticsFixture();
  tenantId = fixture.tenants.get(incidentTenant) ?? "";
  await fixture.database.sql`update tenants set timezone = 'UTC' where id = ${tenantId}`;
  await rollUp();
  const [busy] = await fixture.database.sql<{ at: Date }[]>`
    select c.starts_at as at from rollup_day_counts c
    join rollup_agent_days a using (tenant_id, zone, starts_at) join rollup_days d using (tenant_id, zone, starts_at)
    join rollup_quarters q using (tenant_id, starts_at)
    where tenant_id = ${tenantId} and c.created > 0 and a.resolved > 0 and d.metric = 'resolution'
      and c.starts_at > ${range.from} and c.starts_at < ${range.to}
    order by 1 limit 1`;
  day = busy?.at.toISOString() ?? "there is none";
}, 120_000);
afterAll(() => fixture?.close());

async function rollUp(): Promise<void> {
  const { database } = fixture;
  for (let round = 0; ; round++) {
    if (round > 1_000) throw new Error("there is no end of marks");
    const waiting = await asEngine(database, (tx) => tenantsToRollUp(tx, 100));
    if (waiting.length === 0) return;
    for (const id of waiting) await asTenant(database, id, (tx) => refreshRollups(tx, 2_000));
  }
}

async function run(request: object): Promise<Output> {
  const ctx = runContext<Output>(fixture.database, null);
  const output = await reconcile({ input: job.input.parse(request), ctx });
  return job.output.parse(output);
}
const openFindings = () => fixture.database.sql`
  select subject, severity, evidence -> 'days' as days from findings
  where kind = 'rollups-differ-from-facts' and resolved_at is null`;

test("finds nothing where rollups equal the facts, in a range and in a sample of all tenants", async () => {
  const ofRange = await run({ tenantId, range });
  expect(ofRange).toMatchObject({ tenants: 1, daysMarked: 0, differences: 0, shown: [] });
  expect(ofRange.daysCompared).toBe(153);
  const sampled = await run({ sampleDays: 3 });
  expect(sampled).toMatchObject({ tenants: fixture.tenants.size, differences: 0 });
  // three sampled days, where there are as many, and the last two
  expect(sampled.daysCompared).toBeGreaterThan(3 * fixture.tenants.size);
  expect(sampled.daysCompared).toBeLessThanOrEqual(5 * fixture.tenants.size);
  expect(await openFindings()).toHaveLength(0);
});

test.each([
  ["a count of a day", "update rollup_day_counts set created = created + 3", "days", "created"],
  ["a lost day", "delete from rollup_day_counts", "days", "created"],
  [
    "a quarter hour",
    "update rollup_quarters set created = array_replace(created, created[1], 77)",
    "quarters",
    "created",
  ],
  ["a sum of durations", "update rollup_days set sum_ms = sum_ms + 1", "durations", "resolution.sum_ms"],
  ["a sketch", "update rollup_days set sketch_counts[1] = sketch_counts[1] + 1", "durations", "resolution.sketch"],
  ["an agent's day", "update rollup_agent_days set resolved = resolved + 1", "agents", "resolved"],
])("finds %s that is wrong, says so to operators, and has it made anew", async (_, wrong, rollup, metric) => {
  const { sql } = fixture.database;
  await sql.unsafe(`${wrong} where tenant_id = $1 and starts_at = $2`, [tenantId, day]);
  const found = await run({ tenantId, range });
  expect(found.differences).toBeGreaterThan(0);
  expect(found.shown).toContainEqual(expect.objectContaining({ tenantId, zone: "UTC", rollup, metric }));
  for (const { startsAt } of found.shown) expect(startsAt.slice(0, 10)).toBe(day.slice(0, 10));
  expect(await openFindings()).toEqual([{ subject: tenantId, severity: "critical", days: 1 }]);
  // reports take the day from the facts from now on, and the next round makes it anew
  expect(await run({ tenantId, range })).toMatchObject({ daysMarked: 1, differences: 0 });
  await rollUp();
  expect(await run({ tenantId, range })).toMatchObject({ daysMarked: 0, differences: 0 });
  expect(await openFindings()).toHaveLength(0);
});

test.each([
  [{ range: { from: "2026-01-02T00:00:00Z", to: "2026-01-01T00:00:00Z" } }],
  [{ range: { from: "2024-01-01T00:00:00Z", to: "2026-01-01T00:00:00Z" } }],
  [{ sampleDays: 0 }],
])("%j is no request", (request) => {
  expect(job.request.safeParse(request).success).toBe(false);
});
