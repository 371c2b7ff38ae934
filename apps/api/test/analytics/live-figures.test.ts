import { ingestEvents } from "@deskpulse/db/ingest/ingest-events";
import type { IngestEvent } from "@deskpulse/domain/ingest/event";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type ApiFixture, startApiFixture } from "../api-fixture.ts";
import { expectProblem, pointersOf } from "../expect-problem.ts";

let api: ApiFixture;
const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
let id = 0;
const said = (conversation: string, minutes: number) => {
  id += 1;
  return { id: String(id), conversation, at: ago(minutes) };
};
const created = (conversation: string, minutes: number, more: object = {}): IngestEvent => ({
  type: "conversation.created",
  ...said(conversation, minutes),
  inbox: "web",
  ...more,
});
const wrote = (conversation: string, minutes: number, agent: string): IngestEvent => ({
  type: "message.created",
  ...said(conversation, minutes),
  direction: "out",
  sender: "agent",
  agent,
  private: false,
  content: "",
});
const became = (conversation: string, minutes: number, status: "pending" | "resolved"): IngestEvent => ({
  type: "conversation.status",
  ...said(conversation, minutes),
  status,
});

beforeAll(async () => {
  api = await startApiFixture();
  await ingestEvents(api.database, api.tenants.acme, "test", [
    created("waits long", 600),
    created("waits a little", 3, { team: "sales" }),
    created("answered", 50, { agent: "anna", team: "sales" }),
    wrote("answered", 10, "anna"),
    created("answered before", 300, { agent: "ben" }),
    wrote("answered before", 200, "ben"),
    created("parked", 12, { inbox: "mail" }),
    became("parked", 11, "pending"),
    created("done", 30),
    became("done", 20, "resolved"),
  ]);
});
afterAll(() => api.stop());

const read = (query = "", who: keyof ApiFixture["tokens"] = "supervisor") =>
  api.send("GET", `/api/analytics/realtime${query}`, who);
const near = (seconds: number) => expect.closeTo(seconds, -2);

describe("GET /api/analytics/realtime", () => {
  test("says how the tenant stands now, as a whole and per inbox and team", async () => {
    const response = await read();
    expect(response.status).toBe(200);
    const stands = { pending: 0, snoozed: 0 };
    const inWeb = { ...stands, open: 4, unattended: 2, unassigned: 2, waitingBeyondTarget: 1 };
    expect(await response.json()).toEqual({
      sampledAt: expect.any(String),
      targetSeconds: 3_600,
      ...inWeb,
      pending: 1,
      longestWaitSeconds: near(36_000),
      arrivals: { minutes5: 1, minutes15: 2, minutes60: 4 },
      agentsActive: 1,
      queues: [
        { kind: "inbox", id: expect.any(Number), name: "web", ...inWeb, longestWaitSeconds: near(36_000) },
        {
          kind: "team",
          id: expect.any(Number),
          name: "sales",
          ...stands,
          open: 2,
          unattended: 1,
          unassigned: 1,
          waitingBeyondTarget: 0,
          longestWaitSeconds: near(180),
        },
        {
          kind: "inbox",
          id: expect.any(Number),
          name: "mail",
          ...stands,
          open: 0,
          pending: 1,
          unattended: 0,
          unassigned: 0,
          waitingBeyondTarget: 0,
          longestWaitSeconds: null,
        },
      ],
    });
  });

  test("takes another target", async () => {
    expect(await (await read("?targetSeconds=60")).json()).toMatchObject({ targetSeconds: 60, waitingBeyondTarget: 2 });
  });

  test("shows nothing of it to another tenant, and operators name one", async () => {
    expect(await (await read("", "foreignAdmin")).json()).toMatchObject({
      open: 0,
      arrivals: { minutes60: 0 },
      queues: [],
    });
    const operators = await read(`?tenantId=${api.tenants.acme}`, "operator");
    expect(await operators.json()).toMatchObject({ open: 4 });
    await expectProblem(await read(`?tenantId=${api.tenants.acme}`, "foreignAdmin"), 404);
  });

  test("refuses a target that is none", async () => {
    expect(pointersOf(await expectProblem(await read("?targetSeconds=0"), 422))).toEqual(["?targetSeconds"]);
    await expectProblem(await read("?targetSeconds=soon"), 400);
  });
});
