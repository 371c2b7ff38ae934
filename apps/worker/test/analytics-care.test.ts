import { ingestEvents } from "@deskpulse/db/ingest/ingest-events";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { checkAgainstRawData, checkThatBucketsAddUp, conversationFigures, responseFigures } from "./analytics-check.ts";
import { type AnalyticsFixture, createAnalyticsFixture, incidentTenant } from "./analytics-fixture.ts";

let fixture: AnalyticsFixture;

beforeAll(async () => {
  fixture = await createAnalyticsFixture();
}, 90_000);

afterAll(() => fixture?.close());

const range = { from: "2018-01-01T00:00:00.000Z", to: "2020-06-01T00:00:00.000Z" };

async function check(tenant: string, timezone: string, groupBy: string, where?: string, filters: object = {}) {
  const tenantId = fixture.tenants.get(tenant) ?? "";
  const question = {
    tenant,
    from: new Date(range.from),
    to: new Date(range.to),
    timezone,
    groupBy,
    ...(where === undefined ? {} : { where }),
  };
  const request = { ...range, timezone, groupBy, ...filters };
  const conversations = await fixture.conversations(tenantId, request);
  const response = await fixture.responseTime(tenantId, request);
  checkThatBucketsAddUp(conversations);
  checkThatBucketsAddUp(response);
  await checkAgainstRawData(fixture.database, question, response, responseFigures);
  return checkAgainstRawData(fixture.database, question, conversations, conversationFigures);
}

describe("both reports are what SQL finds in the care set as it is", () => {
  test("for every company, and together they hold all 525 conversations and 1,211 messages", async () => {
    let [created, messages] = [0, 0];
    for (const tenant of fixture.tenants.keys()) {
      if (tenant === incidentTenant) continue;
      const totals = await check(tenant, "UTC", "month");
      created += totals.created;
      messages += totals.messagesIn + totals.messagesOut;
    }
    expect([created, messages]).toEqual([525, 1_211]);
  }, 60_000);

  test.each([
    ["Asia/Kolkata", "day"],
    ["Asia/Kathmandu", "week"],
    ["America/New_York", "day"],
    ["Australia/Lord_Howe", "quarter"],
    ["America/New_York", "year"],
  ])("in %s by %s", async (timezone, groupBy) => {
    const totals = await check("RockstarSupport", timezone, groupBy);
    expect(totals.created).toBeGreaterThan(20);
  });

  test("by agent", async () => {
    const [id] = await agentIds("RockstarSupport");
    const totals = await check("RockstarSupport", "UTC", "month", "agent = 'RockstarSupport'", { agentId: [id] });
    expect(totals.messagesOut).toBeGreaterThan(50);
  });

  test("by channel", async () => {
    const totals = await check("Google", "UTC", "month", "channel = 'twitter'", { channel: ["twitter"] });
    expect(totals.messagesIn).toBeGreaterThan(0);
    expect((await check("Google", "UTC", "month", "false", { channel: ["email"] })).messagesIn).toBe(0);
  });
});

/** The agents of a tenant by their keys, all of them without keys, in the keys' order. */
async function agentIds(tenant: string, ...keys: string[]): Promise<string[]> {
  const { sql } = fixture.database;
  const rows = await sql<{ id: string; key: string }[]>`
    select m.user_id as id, m.source_key as key from memberships m join tenants t on t.id = m.tenant_id
    where t.name = ${tenant} order by m.source_key`;
  return rows.flatMap(({ id, key }) => (keys.length === 0 || keys.includes(key) ? [id] : []));
}

describe("a tenant's report", () => {
  test("credits messages out to their sender, messages in to the assignee, and private notes to nobody", async () => {
    const { database } = fixture;
    const [tenant] = await database.sql<{ id: string }[]>`
      insert into tenants (id, name) values (gen_random_uuid(), 'Small') returning id`;
    const at = (minute: number) => `2020-01-01T10:${String(minute).padStart(2, "0")}:00Z`;
    const said = (
      minute: number,
      direction: "in" | "out",
      sender: "customer" | "agent" | "bot",
      agent: string | null,
    ) => ({
      type: "message.created" as const,
      id: `m${minute}`,
      conversation: "c",
      at: at(minute),
      direction,
      sender,
      agent,
      private: minute === 5,
      content: "text",
    });
    await ingestEvents(
      database,
      tenant?.id ?? "",
      "test",
      [
        { type: "conversation.created", id: "c", conversation: "c", at: at(0), inbox: "i", agent: "anna" },
        said(1, "in", "customer", null),
        said(2, "out", "bot", null),
        said(3, "in", "customer", null),
        said(4, "out", "agent", "ben"),
        said(5, "out", "agent", "anna"),
        said(6, "out", "agent", "ben"),
        said(7, "out", "agent", "anna"),
      ],
      {},
    );
    const [anna, ben] = await agentIds("Small", "anna", "ben");
    const counts = async (...agentId: (string | undefined)[]) => {
      const { totals } = await fixture.conversations(tenant?.id ?? "", { ...range, groupBy: "year", agentId });
      return {
        created: totals.created,
        in: totals.messagesIn,
        out: totals.messagesOut,
        first: totals.firstResponse.count,
      };
    };
    expect(await counts()).toEqual({ created: 1, in: 2, out: 4, first: 1 });
    expect(await counts(anna)).toEqual({ created: 1, in: 2, out: 1, first: 0 });
    expect(await counts(ben)).toEqual({ created: 0, in: 0, out: 2, first: 1 });
    expect(await counts(anna, ben)).toEqual({ created: 1, in: 2, out: 3, first: 1 });
  });

  test("counts nothing of another tenant, not even when it names the other's agents", async () => {
    const [agent] = await agentIds("RockstarSupport");
    const google = fixture.tenants.get("Google") ?? "";
    const { totals } = await fixture.conversations(google, { ...range, groupBy: "month", agentId: [agent] });
    expect([totals.created, totals.messagesOut, totals.firstResponse.count]).toEqual([0, 0, 0]);
  });

  test("is zeros, nulls and no data range in an empty tenant", async () => {
    const { sql } = fixture.database;
    const [tenant] = await sql<
      { id: string }[]
    >`insert into tenants (id, name) values (gen_random_uuid(), 'Empty') returning id`;
    const report = await fixture.conversations(tenant?.id ?? "", { groupBy: "week", compare: "year" });
    const nothing = {
      count: 0,
      averageSeconds: null,
      medianSeconds: null,
      p90Seconds: null,
      p95Seconds: null,
      p99Seconds: null,
    };
    const zeros = {
      created: 0,
      resolved: 0,
      uniqueResolved: 0,
      reopened: 0,
      messagesIn: 0,
      open: 0,
      unattended: 0,
      unassigned: 0,
      messagesOut: 0,
      messagesPrivate: 0,
      firstResponse: nothing,
      reply: nothing,
      resolution: nothing,
      botResolved: 0,
      handoffs: 0,
      quality: { satisfactionScore: null, reopenRate: null, firstReplyResolutionShare: null },
    };
    expect(report.totals).toEqual(zeros);
    expect(report.comparison?.totals).toEqual(zeros);
    expect(report.series.every((point) => point.created === 0 && point.resolution.medianSeconds === null)).toBe(true);
    expect([report.meta.dataRange, report.meta.watermark]).toEqual([null, null]);
    const { totals } = await fixture.responseTime(tenant?.id ?? "", {});
    expect(totals.firstResponseHistogram.map(({ count }) => count)).toEqual([0, 0, 0, 0, 0, 0, 0]);
    expect(totals.reply).toEqual({ ...nothing, minSeconds: null, maxSeconds: null });
  });
});
