import { eventually } from "@deskpulse/testkit/eventually";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { WebSocket } from "ws";
import { type Fixture, newRunId, startFixture } from "./realtime-fixture.ts";

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture({ bufferedBytesMax: 1024 * 1024 });
});
afterAll(() => fixture.stop());

test("a socket that does not read what it is sent is cut, and no other", async () => {
  const other = await fixture.connect({ subject: "bob", role: "agent", tenantId: fixture.tenants[0] });
  const token = await fixture.token({ subject: "ada", role: "agent", tenantId: fixture.tenants[0] });
  const slow = new WebSocket(`${fixture.url.replace("http", "ws")}/socket.io/?EIO=4&transport=websocket`);
  try {
    await new Promise((resolve) => slow.once("message", resolve));
    slow.send(`40${JSON.stringify({ token })}`);
    const { sockets } = fixture.server.io.sockets;
    await eventually(() => expect(sockets.size).toBe(2));
    slow.pause();
    const [target] = [...sockets.keys()].filter((id) => id !== other.socket.id);
    const event = {
      runId: newRunId(),
      job: "test.job",
      tenantId: null,
      state: "completed",
      attempts: 0,
      starts: 1,
    } as const;
    const result = "x".repeat(60_000);
    // more than the buffers of the kernel hold
    for (let n = 0; n < 400; n++) {
      fixture.server.io.to(target ?? "").emit("job", { ...event, at: new Date().toISOString(), result });
    }
    await eventually(() => expect([...sockets.keys()]).toEqual([other.socket.id]));
    expect(other.socket.connected).toBe(true);
  } finally {
    slow.terminate();
  }
});
