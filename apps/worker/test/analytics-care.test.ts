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

  test("by agent: messages out are their sender's, messages in the assignee's", async () => {
    const tenant = "RockstarSupport";
    const { sql } = fixture.database;
    const [agent] = await sql<{ id: string }[]>`
      select user_id as id from memberships
      where tenant_id = ${fixture.tenants.get(tenant) ?? ""} and source_key = ${tenant}`;
    await check(tenant, "UTC", "month", `agent = '${tenant}'`, { agentId: [agent?.id] });
  });

  test("by channel", async () => {
    const totals = await check("Google", "UTC", "month", "channel = 'twitter'", { channel: ["twitter"] });
    expect(totals.messagesIn).toBeGreaterThan(0);
    expect((await check("Google", "UTC", "month", "false", { channel: ["email"] })).messagesIn).toBe(0);
  });
});

describe("a tenant's report", () => {
  test("counts nothing of another tenant, not even when it names the other's agents", async () => {
    const { sql } = fixture.database;
    const rockstar = fixture.tenants.get("RockstarSupport") ?? "";
    const [agent] = await sql<{ id: string }[]>`select user_id as id from memberships where tenant_id = ${rockstar}`;
    const google = fixture.tenants.get("Google") ?? "";
    const { totals } = await fixture.conversations(google, { ...range, groupBy: "month", agentId: [agent?.id] });
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
      messagesOut: 0,
      firstResponse: nothing,
      resolution: nothing,
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
