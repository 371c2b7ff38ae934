import { jobs } from "@deskpulse/jobs/catalog";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { z } from "zod";
import { type ApiFixture, startApiFixture } from "../api-fixture.ts";
import { expectProblem } from "../expect-problem.ts";
import { runOf } from "../run-of.ts";

let api: ApiFixture;
beforeAll(async () => {
  api = await startApiFixture({ jobs });
});
afterAll(() => api.stop());

const path = "/api/analytics/conversations?from=2026-01-01&to=2026-02-01";
const csv = { accept: "text/csv" };
const read = (query = "", headers: Record<string, string> = csv) =>
  api.send("GET", path + query, "supervisor", { headers });

const at = (month: number) => `2026-0${month}-01T00:00:00Z`;
const took = { count: 1, averageSeconds: 2, medianSeconds: 2, p90Seconds: 2, p95Seconds: 2, p99Seconds: 2 };
const figures = {
  created: 4,
  resolved: 1,
  uniqueResolved: 1,
  reopened: 0,
  open: 7,
  unattended: 8,
  unassigned: 9,
  messagesIn: 5,
  messagesOut: 6,
  messagesPrivate: 0,
  firstResponse: { ...took, medianSeconds: null },
  reply: took,
  resolution: took,
  botResolved: 0,
  handoffs: 1,
  quality: { satisfactionScore: 0.5, reopenRate: null, firstReplyResolutionShare: 1 },
};
const spans = ["firstResponse", "reply", "resolution"].flatMap((name) =>
  Object.keys(took).map((key) => `${name}.${key}`),
);
const header = [
  "created,resolved,uniqueResolved,reopened,open,unattended,unassigned,messagesIn,messagesOut,messagesPrivate",
  ...spans,
  "botResolved,handoffs,quality.satisfactionScore,quality.reopenRate,quality.firstReplyResolutionShare",
].join();
const line = "4,1,1,0,7,8,9,5,6,0,1,2,,2,2,2,1,2,2,2,2,2,1,2,2,2,2,2,0,1,0.5,,1";
const filters = { agentId: [], inboxId: [], teamId: [], channel: [], label: [], priority: [] };
const report = {
  meta: {
    report: "analytics.conversations",
    from: at(1),
    to: at(2),
    timezone: "UTC",
    groupBy: "month",
    dataRange: null,
    watermark: null,
    definitionVersion: 1,
    precision: "exact",
    percentileErrorMax: 0,
    source: "facts",
    computedInMs: 1,
    comparison: null,
    filters,
    withoutBusinessHours: null,
    breakdown: { dimensions: ["agent"], entriesLeftOut: 0 },
  },
  totals: figures,
  series: [{ start: at(1), end: at(2), partial: false, ...figures }],
  comparison: null,
  breakdowns: [{ dimensions: [{ dimension: "agent", key: null, name: "Ünassigned" }], ...figures }],
  charts: [],
} satisfies z.input<typeof jobs.conversations.output>;

describe("a report for who accepts text/csv", () => {
  beforeAll(async () => {
    const { id } = await runOf(await read("", { ...csv, prefer: "respond-async" }), 202);
    await api.database.sql`update job_runs set state = 'completed', finished_at = now(),
      result = ${JSON.stringify(report)}::text::jsonb where id = ${id}`;
  });

  test.each([
    ["", `start,end,partial,${header}`, `${at(1)},${at(2)},false,${line}`, "series"],
    ["&table=totals", header, line, "totals"],
    ["&table=breakdowns", `agent,agentName,${header}`, `,Ünassigned,${line}`, "breakdowns"],
  ])("answers %j with the table as a file", async (query, columns, row, table) => {
    const response = await read(query);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("text/csv; charset=utf-8");
    expect(response.headers.get("content-disposition")).toBe(
      `attachment; filename="conversations-${table}-2026-01-01-2026-02-01.csv"`,
    );
    expect(response.headers.get("vary")).toContain("Accept");
    expect(response.headers.get("age")).toMatch(/^\d+$/);
    expect(await response.text()).toBe(`${columns}\r\n${row}\r\n`);
  });

  test("answers 304 to who has this table, and not to who has another or the JSON", async () => {
    const tags: Record<string, string> = {};
    for (const [name, query, headers] of [
      ["series", "", csv],
      ["totals", "&table=totals", csv],
      ["json", "", {}],
    ] as const) {
      tags[name] = (await read(query, headers)).headers.get("etag") ?? "";
    }
    expect(new Set(Object.values(tags)).size).toBe(3);
    const status = async (tag: string | undefined) => (await read("", { ...csv, "if-none-match": tag ?? "" })).status;
    expect([await status(tags.series), await status(tags.totals), await status(tags.json)]).toEqual([304, 200, 200]);
  });

  test.each([
    ["*/*"],
    ["application/json, text/csv;q=0.5"],
    // like every route here: who accepts nothing that there is gets JSON
    ["image/png"],
  ])("answers %s with JSON", async (accept) => {
    const response = await read("", { accept });
    expect(response.headers.get("content-type")).toBe("application/json; charset=utf-8");
    expect(response.headers.get("vary")).toContain("Accept");
    expect(await response.json()).toEqual(report);
  });

  test("refuses an unknown table with 400, and says what is wrong as a problem document", async () => {
    await expectProblem(await read("&table=charts"), 400);
    await expectProblem(await read("&timezone=Mars/Olympus"), 422);
  });
});
