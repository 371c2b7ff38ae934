import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { WebSocket } from "ws";
import { type Fixture, startFixture } from "./realtime-fixture.ts";

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture.stop());

test("a stopping server lets its clients look for another one by themselves, and is gone within a second or two", async () => {
  const caller = { subject: "ada", role: "agent", tenantId: fixture.tenants[0] } as const;
  const clients = [
    await fixture.connect(caller),
    await fixture.connect(caller, { transports: ["polling"] }),
    await fixture.connect(caller),
  ];
  const reasons = clients.map(({ socket }) => new Promise((resolve) => socket.once("disconnect", resolve)));
  // one that got in and never said who it is
  const mute = new WebSocket(`${fixture.url.replace("http", "ws")}/socket.io/?EIO=4&transport=websocket`);
  const muteClosed = new Promise((resolve) => mute.once("close", resolve));
  await new Promise((resolve) => mute.once("message", resolve));
  const beganAtMs = Date.now();
  await Promise.all([fixture.server.stop(), fixture.server.stop()]);
  expect(Date.now() - beganAtMs).toBeLessThan(3_000);
  expect(await Promise.all(reasons)).toEqual(["transport close", "transport close", "transport close"]);
  await muteClosed;
  await expect(fetch(`${fixture.url}/healthz`)).rejects.toThrow();
});
