import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type Fixture, newRunId, startFixture } from "./realtime-fixture.ts";

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture({ roomsPerSocketMax: 12, inbound: { burst: 60, perSecond: 1, refusedMax: 100 } });
});
afterAll(() => fixture.stop());

const ok = { ok: true };
const refused = (code: string) => ({ ok: false, problem: { code, detail: expect.any(String) } });
const member = (role: "agent" | "supervisor" | "admin", tenantId = fixture.tenants[0]) =>
  ({ subject: `${role}-1`, role, tenantId }) as const;
const operator = { subject: "operator-1", role: "operator" } as const;

describe("user rooms", () => {
  test("let in nobody but the user", async () => {
    const agent = await fixture.connect(member("agent"));
    expect(await agent.join("user:agent-1")).toEqual(ok);
    const admin = await fixture.connect(member("admin"));
    expect(await admin.join("user:agent-1")).toEqual(refused("not-found"));
    const op = await fixture.connect(operator);
    expect(await op.join("user:agent-1")).toEqual(refused("not-found"));
  });
});

describe("tenant rooms", () => {
  test("let in supervisors and admins of the tenant, and operators", async () => {
    const room = `tenant:${fixture.tenants[0]}`;
    for (const caller of [member("supervisor"), member("admin"), operator, { ...operator, readOnly: true }]) {
      expect(await (await fixture.connect(caller)).join(room)).toEqual(ok);
    }
    expect(await (await fixture.connect(member("agent"))).join(room)).toEqual(refused("forbidden"));
  });

  test("of another tenant answer exactly as unknown ones, to every role", async () => {
    for (const role of ["agent", "supervisor", "admin"] as const) {
      const { join } = await fixture.connect(member(role));
      const foreign = await join(`tenant:${fixture.tenants[1]}`);
      expect(foreign).toEqual(refused("not-found"));
      expect(foreign).toEqual(await join(`tenant:${randomUUID()}`));
    }
  });
});

describe("job rooms", () => {
  test("let in the starter, supervisors of the tenant and operators", async () => {
    const runId = await fixture.insertRun({ tenantId: fixture.tenants[0], createdBy: "agent-1" });
    for (const caller of [member("agent"), member("supervisor"), member("admin"), operator]) {
      expect(await (await fixture.connect(caller)).join(`job:${runId.toUpperCase()}`)).toEqual(ok);
    }
  });

  test("of others' runs answer exactly as unknown ones", async () => {
    const ofColleague = await fixture.insertRun({ tenantId: fixture.tenants[0], createdBy: "agent-2" });
    // the same subject in another tenant is somebody else
    const ofStranger = await fixture.insertRun({ tenantId: fixture.tenants[1], createdBy: "agent-1" });
    const ofOperator = await fixture.insertRun({ tenantId: null, createdBy: "operator-1" });
    const agent = await fixture.connect(member("agent"));
    const unknown = await agent.join(`job:${newRunId()}`);
    expect(unknown).toEqual(refused("not-found"));
    for (const runId of [ofColleague, ofStranger, ofOperator])
      expect(await agent.join(`job:${runId}`)).toEqual(unknown);
    const admin = await fixture.connect(member("admin"));
    for (const runId of [ofStranger, ofOperator]) expect(await admin.join(`job:${runId}`)).toEqual(unknown);
    expect(await (await fixture.connect(operator)).join(`job:${ofOperator}`)).toEqual(ok);
    expect(agent.events).toEqual([]);
    expect(admin.events).toEqual([]);
  });
});

describe("topic and operator rooms", () => {
  test("keep equal topics of two tenants apart", async () => {
    const here = await fixture.connect(member("agent"));
    const there = await fixture.connect(member("agent", fixture.tenants[1]));
    expect(await here.join("topic:live.queue")).toEqual(ok);
    expect(await there.join("topic:live.queue")).toEqual(ok);
    const rooms = [...fixture.server.io.of("/").adapter.rooms].filter(([name]) => name.startsWith("topic:"));
    expect(rooms.map(([, sockets]) => sockets.size)).toEqual([1, 1]);
    expect(await here.join("topic:Not Allowed")).toEqual(refused("bad-request"));
    expect(await (await fixture.connect(operator)).join("topic:live.queue")).toEqual(refused("forbidden"));
  });

  test("let in operators only", async () => {
    expect(await (await fixture.connect(operator)).join("operator:runs")).toEqual(ok);
    expect(await (await fixture.connect(member("admin"))).join("operator:runs")).toEqual(refused("forbidden"));
  });
});

describe("join and leave", () => {
  test("refuse every malformed payload and go on serving", async () => {
    const { socket, join } = await fixture.connect(member("agent"));
    const ask = (...args: unknown[]): Promise<unknown> => socket.timeout(5_000).emitWithAck("join", ...args);
    const payloads = [null, 1, "tenant:x", [], {}, { room: 1 }, { room: "" }, { room: "x".repeat(9_999) }];
    for (const payload of [...payloads, { room: "job:x" }, { room: "job:1", more: 1 }, Buffer.from("x")]) {
      expect(await ask(payload)).toEqual(refused("bad-request"));
    }
    expect(await ask()).toEqual(refused("bad-request"));
    expect(await ask({ room: "__proto__:x" })).toEqual(refused("bad-request"));
    // neither an acknowledgement nor a payload, names with a meaning of their own, and no function where one may be
    socket.emit("join");
    socket.emit("leave", { room: "user:agent-1" }, "no function");
    socket.emit("error", new Error("x"));
    expect(await socket.timeout(5_000).emitWithAck("no-such-event", 1)).toEqual(refused("not-found"));
    expect(await join("topic:after-all")).toEqual(ok);
  });

  test("are bounded in number of rooms", async () => {
    const { join, leave } = await fixture.connect(member("agent"));
    for (let n = 0; n < 10; n++) expect(await join(`topic:n${n}`)).toEqual(ok);
    expect(await join("topic:one-more")).toEqual(refused("conflict"));
    expect(await join("topic:n3")).toEqual(ok);
    expect(await leave("topic:n3")).toEqual(ok);
    expect(await leave("topic:n3")).toEqual(ok);
    expect(await join("topic:one-more")).toEqual(ok);
  });

  test("are bounded in rate, and who does not stop is cut", async () => {
    const { socket, join } = await fixture.connect(member("agent"));
    const answers = await Promise.all(Array.from({ length: 70 }, () => join("topic:again")));
    expect(answers.filter((answer) => answer.ok).length).toBeGreaterThanOrEqual(60);
    expect(answers.at(-1)).toEqual(refused("too-many-requests"));
    const ended = new Promise((resolve) => socket.once("disconnect", resolve));
    for (let n = 0; n < 200; n++) socket.emit("join", { room: "topic:again" });
    expect(await ended).toBe("io server disconnect");
  });
});
