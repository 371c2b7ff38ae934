import { ingestEvents } from "@deskpulse/db/ingest/ingest-events";
import { refreshRollups } from "@deskpulse/db/rollups/refresh-rollups";
import { tenantsToRollUp } from "@deskpulse/db/rollups/tenants-to-roll-up";
import { asEngine, asTenant } from "@deskpulse/db/transaction";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import {
  type AnalyticsFixture,
  type ConversationsReport,
  createAnalyticsFixture,
  incidentTenant,
} from "./analytics-fixture.ts";

/**
 * What a report says from rollups is held against what it says from the facts, which answer what is filtered: here by all
 * inboxes there are. A zone's other name has the same days and none rolled up, so quarter hours answer it. That the
 * facts' figures are right is what the tests beside this one prove.
 */
const aliases = [
  ["UTC", "Etc/UTC"],
  ["Asia/Kolkata", "Asia/Calcutta"],
  ["Asia/Kathmandu", "Asia/Katmandu"],
  ["America/New_York", "US/Eastern"],
  ["America/Sao_Paulo", "Brazil/East"],
  ["Australia/Lord_Howe", "Australia/LHI"],
  ["America/Havana", "Cuba"],
  ["Pacific/Chatham", "NZ-CHAT"],
] as const;

let fixture: AnalyticsFixture;
let tenantId: string;
beforeAll(async () => {
  fixture = await createAnalyticsFixture();
  tenantId = fixture.tenants.get(incidentTenant) ?? "";
}, 120_000);
afterAll(() => fixture?.close());

async function setZone(zone: string): Promise<void> {
  await fixture.database.sql`update tenants set timezone = ${zone} where id = ${tenantId}`;
}

async function rollUp(marksMax = 500): Promise<void> {
  const { database } = fixture;
  for (let round = 0; (await asEngine(database, (tx) => tenantsToRollUp(tx, 100))).includes(tenantId); round++) {
    if (round > 1_000) throw new Error("there is no end of marks");
    await asTenant(database, tenantId, (tx) => refreshRollups(tx, marksMax));
  }
}

/** From the facts alone. */
async function fromFacts(request: object): Promise<ConversationsReport> {
  const inboxes = await fixture.database.sql<{ id: number }[]>`
    select id::float8 as id from inboxes where tenant_id = ${tenantId}`;
  return await fixture.conversations(tenantId, { ...request, inboxId: inboxes.map(({ id }) => id) });
}

const percentiles = new Set(["medianSeconds", "p90Seconds", "p95Seconds", "p99Seconds"]);

/** Equal in every figure; percentiles within the bound that the report states. */
function expectSame(rolled: unknown, exact: unknown, errorMax: number, path = ""): void {
  if (typeof rolled === "object" && rolled !== null && typeof exact === "object" && exact !== null) {
    const given = new Map(Object.entries(rolled));
    const wanted = Object.entries(exact);
    expect([...given.keys()].sort()).toEqual(wanted.map(([key]) => key).sort());
    for (const [key, value] of wanted) expectSame(given.get(key), value, errorMax, `${path}/${key}`);
  } else if (typeof rolled === "number" && typeof exact === "number" && rolled !== exact) {
    // sums of whole milliseconds divided by counts: the last bits may differ
    const bound = percentiles.has(path.split("/").at(-1) ?? "") ? errorMax : 0;
    if (Math.abs(rolled - exact) > Math.max(bound, 1e-12) * exact + 1e-9)
      throw new Error(`${path}: ${rolled}, not ${exact}`);
  } else if (rolled !== exact) throw new Error(`${path}: ${rolled}, not ${exact}`);
}

function expectSameReport(rolled: ConversationsReport, exact: ConversationsReport): void {
  expect(exact.meta).toMatchObject({ source: "facts", precision: "exact", percentileErrorMax: 0 });
  const bound = rolled.meta.precision === "exact" ? 0 : 0.02;
  expect(rolled.meta.percentileErrorMax).toBeLessThanOrEqual(bound);
  for (const part of ["totals", "series", "comparison"] as const) expectSame(rolled[part], exact[part], bound, part);
}

describe.each(aliases)("rollups in %s", (zone, alias) => {
  beforeAll(async () => {
    await setZone(zone);
    await rollUp();
  });

  test.each([
    { from: "2016-02-01", to: "2016-12-01", groupBy: "day" },
    { from: "2016-02-01", to: "2016-12-01", groupBy: "week", compare: "previous" },
    { from: "2016-01-15", to: "2017-02-03", groupBy: "month", compare: "year" },
    { from: "2016-03-13T05:17:31.250Z", to: "2016-04-03T22:00:00Z", groupBy: "day" },
    { from: "2016-05-01T10:00:00Z", to: "2016-05-01T18:00:00Z", groupBy: "day" },
    { from: "1999-01-01", to: "1999-02-01", groupBy: "day" },
  ])("say what the facts say: %j", async (request) => {
    const rolled = await fixture.conversations(tenantId, { ...request, timezone: zone });
    const exact = await fromFacts({ ...request, timezone: zone });
    expect(rolled.meta).toMatchObject({ source: "rollups and facts", precision: "sketch" });
    expectSameReport(rolled, exact);
    const byQuarters = await fixture.conversations(tenantId, { ...request, timezone: alias });
    expect(byQuarters.meta.source).toBe(request.from.includes("17:31") ? "facts" : "rollups and facts");
    expectSameReport(byQuarters, exact);
  });
});

describe("rollups", () => {
  const day = { from: "2016-03-01", to: "2016-03-08", groupBy: "day" };
  const both = async (request: object) => {
    const rolled = await fixture.conversations(tenantId, { ...request, timezone: "UTC" });
    const exact = await fromFacts({ ...request, timezone: "UTC" });
    expectSameReport(rolled, exact);
    expectSameReport(await fixture.conversations(tenantId, { ...request, timezone: "Etc/UTC" }), exact);
    return rolled;
  };
  beforeAll(async () => {
    await setZone("UTC");
    await rollUp();
  });

  test("do not answer what is filtered", async () => {
    const { meta } = await fixture.conversations(tenantId, { ...day, priority: ["high"], timezone: "UTC" });
    expect(meta).toMatchObject({ source: "facts", precision: "exact" });
  });

  test.each(["Asia/Kolkata", "America/New_York", "Australia/Lord_Howe"])(
    "answer by the hour in %s",
    async (timezone) => {
      const request = { from: "2016-03-11", to: "2016-04-05", groupBy: "hour", timezone };
      const rolled = await fixture.conversations(tenantId, request);
      expect(rolled.meta).toMatchObject({ source: "rollups and facts", precision: "exact" });
      expectSameReport(rolled, await fromFacts(request));
    },
  );

  test("give exact percentiles when asked", async () => {
    const rolled = await both({ ...day, precision: "exact" });
    expect(rolled.meta).toMatchObject({ source: "rollups and facts", precision: "exact", percentileErrorMax: 0 });
  });

  test("never hide what has just come in, came late, or went", async () => {
    const { database } = fixture;
    const before = await both(day);
    const conversation = "INC-late";
    const events = [
      { type: "conversation.created", id: "late/1", conversation, at: "2016-03-02T23:59:59.999Z", inbox: "late" },
      {
        type: "message.created",
        id: "late/2",
        conversation,
        at: "2016-03-03T00:00:00Z",
        direction: "in",
        sender: "customer",
        private: false,
        content: "a",
      },
      {
        type: "message.created",
        id: "late/3",
        conversation,
        at: "2016-03-04T00:00:00Z",
        direction: "out",
        sender: "agent",
        private: false,
        content: "b",
      },
      { type: "conversation.status", id: "late/4", conversation, at: "2016-03-05T12:00:00Z", status: "resolved" },
    ] as const;
    await ingestEvents(database, tenantId, "test", [
      {
        type: "inbox.upserted",
        id: "late/0",
        at: "2016-03-01T00:00:00Z",
        inbox: "late",
        name: "Late",
        channel: "chat",
      } as never,
      ...events,
    ]);
    const marked = await both(day);
    expect(marked.totals.created).toBe(before.totals.created + 1);
    expect(marked.totals.messagesIn).toBe(before.totals.messagesIn + 1);
    expect(marked.totals.firstResponse.count).toBe(before.totals.firstResponse.count + 1);
    await rollUp(1);
    expect((await both(day)).totals).toEqual(marked.totals);
    // its creation turns out to be earlier: what stood on 2 March moves to 1 March
    await ingestEvents(database, tenantId, "test", [
      { type: "conversation.created", id: "late/5", conversation, at: "2016-03-01T08:00:00Z", inbox: "late" },
    ]);
    await both(day);
    await rollUp();
    await both(day);
    await asTenant(database, tenantId, (tx) => tx.sql`delete from conversations where source_key = ${conversation}`);
    expect((await both(day)).totals.created).toBe(before.totals.created);
    await rollUp();
    expect((await both(day)).totals).toEqual(before.totals);
  });

  test("are made once, also when many roll up at the same time", async () => {
    await fixture.database.sql`insert into rollup_marks (tenant_id, starts_at)
      select ${tenantId}, '2016-03-01T00:00:00Z'::timestamptz + n * interval '15 minutes' from generate_series(0, 999) n`;
    await Promise.all(
      Array.from({ length: 6 }, () => asTenant(fixture.database, tenantId, (tx) => refreshRollups(tx, 300))),
    );
    await rollUp();
    await both({ from: "2016-02-20", to: "2016-04-01", groupBy: "day" });
  });

  test("of a former zone go when those of the new one are complete", async () => {
    await setZone("Europe/Berlin");
    await rollUp();
    await asTenant(fixture.database, tenantId, (tx) => refreshRollups(tx, 1));
    const zones = await fixture.database.sql<
      { zone: string }[]
    >`select distinct zone from rollup_days where tenant_id = ${tenantId}`;
    expect(zones.map(({ zone }) => zone)).toEqual(["Europe/Berlin"]);
  });
});
