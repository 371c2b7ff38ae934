import { randomUUID } from "node:crypto";
import { runList } from "@deskpulse/contract/jobs/run";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type ApiFixture, startApiFixture } from "../api-fixture.ts";
import { expectProblem, pointersOf } from "../expect-problem.ts";
import { runOf } from "../run-of.ts";

let api: ApiFixture;
/** By their starters, oldest first. */
const started: Record<"agent" | "otherAgent" | "foreignAdmin" | "operator", string[]> = {
  agent: [],
  otherAgent: [],
  foreignAdmin: [],
  operator: [],
};

beforeAll(async () => {
  api = await startApiFixture();
  for (let round = 0; round < 5; round++) {
    for (const who of ["agent", "otherAgent", "foreignAdmin"] as const) {
      const job = round % 2 === 0 ? "test.echo" : "test.zoned";
      started[who].push((await runOf(await api.start(who, job), 202)).id);
    }
  }
  started.operator.push((await runOf(await api.start("operator", "test.platform"), 202)).id);
  await api.send("POST", `/api/jobs/${started.agent[0]}/cancel`, "agent");
});
afterAll(() => api.stop());

type Who = keyof ApiFixture["tokens"];

async function list(who: Who, query: Record<string, string> = {}) {
  const response = await api.send("GET", `/api/jobs?${new URLSearchParams(query)}`, who);
  expect(response.status).toBe(200);
  return runList.parse(await response.json());
}
const idsOf = async (who: Who, query: Record<string, string> = {}) =>
  (await list(who, query)).items.map(({ id }) => id);
const newestFirst = (...ids: readonly string[][]) => ids.flat().sort().reverse();

describe("GET /api/jobs answers 200", () => {
  test("to an agent with the agent's own runs, newest first, without results", async () => {
    const { items } = await list("agent");
    expect(items.map(({ id }) => id)).toEqual(newestFirst(started.agent));
    for (const item of items) {
      expect(item).toMatchObject({ startedBy: "agent-of-acme", tenantId: api.tenants.acme });
      expect(item).not.toHaveProperty("result");
    }
  });

  test.each(["supervisor", "admin"] as const)(
    "to a %s with all runs of the tenant and none of another",
    async (who) => {
      expect(await idsOf(who)).toEqual(newestFirst(started.agent, started.otherAgent));
      expect(await idsOf(who, { tenantId: api.tenants.acme })).toHaveLength(10);
    },
  );

  test("to an agent of another tenant who has the same name with nothing", async () => {
    expect(await list("foreignNamesake")).toEqual({ items: [], nextCursor: null });
  });

  test.each(["operator", "readOnlyOperator"] as const)("to an %s with all, or the named tenant's", async (who) => {
    expect(await idsOf(who)).toEqual(newestFirst(...Object.values(started)));
    expect(await idsOf(who, { tenantId: api.tenants.birch })).toEqual(newestFirst(started.foreignAdmin));
  });

  test("with the runs that the filters name", async () => {
    expect(await idsOf("supervisor", { state: "cancelled" })).toEqual(started.agent.slice(0, 1));
    expect(await idsOf("supervisor", { state: "completed" })).toEqual([]);
    expect(await idsOf("agent", { job: "test.zoned" })).toEqual(
      newestFirst([1, 3].map((index) => started.agent[index] ?? "")),
    );
    expect(await idsOf("agent", { job: "test.unknown" })).toEqual([]);
    const { items } = await list("agent");
    const middle = items[2]?.createdAt ?? "";
    const until = await idsOf("agent", { to: middle });
    const since = await idsOf("agent", { from: middle });
    expect(since).toContain(items[2]?.id);
    expect(until).not.toContain(items[2]?.id);
    expect([...since, ...until]).toEqual(newestFirst(started.agent));
    expect(await idsOf("agent", { from: "1970-01-01T00:00:00+14:00", to: "9999-12-31T23:59:59.999999Z" })).toHaveLength(
      5,
    );
  });

  test("page by page: complete, without overlap, and undisturbed by runs that start meanwhile", async () => {
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof list>> = await list("foreignAdmin", {
        limit: "2",
        ...(cursor === null ? {} : { cursor }),
      });
      expect(page.items.length).toBeLessThanOrEqual(2);
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
      await api.start("foreignAdmin", "test.echo");
    } while (cursor !== null);
    expect(seen).toEqual(newestFirst(started.foreignAdmin));
  });

  test("with no further page when the last one is just full", async () => {
    expect((await list("agent", { limit: "5" })).nextCursor).toBeNull();
    expect((await list("agent", { limit: "4" })).nextCursor).toBe(newestFirst(started.agent)[3]);
  });

  test("with nothing more than the caller may see, whatever run the cursor names", async () => {
    const [foreign = ""] = newestFirst(started.foreignAdmin);
    expect(await idsOf("agent", { cursor: foreign })).toEqual(expect.arrayContaining(started.agent.slice(0, 3)));
    expect(await idsOf("foreignNamesake", { cursor: foreign })).toEqual([]);
  });
});

describe("GET /api/jobs answers 404", () => {
  test("to members who name another tenant, and to operators who name none that is there", async () => {
    for (const who of ["agent", "supervisor", "admin"] as const) {
      await expectProblem(await api.send("GET", `/api/jobs?tenantId=${api.tenants.birch}`, who), 404);
    }
    await expectProblem(await api.send("GET", `/api/jobs?tenantId=${randomUUID()}`, "operator"), 404);
  });
});

describe("GET /api/jobs answers 400", () => {
  test.each([
    ["?cursor", "cursor=abc"],
    ["?cursor", "cursor="],
    ["?limit", "limit=ten"],
    ["?limit", "limit=-1"],
    ["?limit", "limit=1e2"],
    ["?limit", "limit=5&limit=6"],
    ["?state", "state=running"],
    ["?state", "state=queued&state=failed"],
    ["?from", "from=yesterday"],
    ["?from", "from=2026-01-01"],
    ["?to", "to=2026-02-30T00:00:00Z"],
    ["?tenantId", "tenantId=acme"],
    ["?order", "order=asc"],
    ["/__proto__", "__proto__=1"],
    ["/constructor", "constructor=1"],
    ["/job", "job=a%00b"],
  ])("naming %s for ?%s", async (pointer, query) => {
    expect(pointersOf(await expectProblem(await api.send("GET", `/api/jobs?${query}`, "agent"), 400))).toEqual([
      pointer,
    ]);
  });

  test.each(["job=%ff", "job=%zz", "job=%", "%c3=1", "job=%ed%a0%80"])(
    "for ?%s, which is not encoded text",
    async (query) => {
      await expectProblem(await api.send("GET", `/api/jobs?${query}`, "agent"), 400);
    },
  );
});

describe("GET /api/jobs answers 422", () => {
  test.each([
    ["?limit", "limit=0"],
    ["?limit", "limit=201"],
    ["?job", `job=${"x".repeat(101)}`],
    ["?from", "from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z"],
    ["?from", "from=2026-01-01T01:00:00%2B01:00&to=2026-01-01T00:00:00Z"],
  ])("naming %s for ?%s", async (pointer, query) => {
    expect(pointersOf(await expectProblem(await api.send("GET", `/api/jobs?${query}`, "agent"), 422))).toEqual([
      pointer,
    ]);
  });
});
