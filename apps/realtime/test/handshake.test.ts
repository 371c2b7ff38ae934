import { ProblemError } from "@deskpulse/domain/errors";
import { issueToken } from "@deskpulse/identity/issue-token";
import { eventually } from "@deskpulse/testkit/eventually";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { io, type Socket } from "socket.io-client";
import { callAt } from "../src/end-expired-socket.ts";
import { type Fixture, startFixture } from "./realtime-fixture.ts";

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture.stop());

interface Refusal extends Error {
  readonly data?: { readonly code: string; readonly detail: string };
}

/** What comes of a handshake: null when it was accepted. */
async function handshake(options: Parameters<typeof io>[1]): Promise<Refusal | null> {
  const socket: Socket = io(fixture.url, {
    transports: ["websocket"],
    reconnection: false,
    forceNew: true,
    ...options,
  });
  try {
    return await new Promise<Refusal | null>((resolve) => {
      socket.once("connect", () => resolve(null));
      socket.once("connect_error", (error) => resolve(error));
    });
  } finally {
    socket.disconnect();
  }
}
const agent = () => ({ subject: "agent-1", role: "agent", tenantId: fixture.tenants[0] }) as const;

describe("a handshake", () => {
  test.each([
    ["no token", {}],
    ["an empty token", { auth: { token: "" } }],
    ["a token that is no text", { auth: { token: { $ne: 1 } } }],
    ["a token that is none", { auth: { token: "abc.def.ghi" } }],
  ])("with %s is refused with code and detail", async (_what, options) => {
    const refusal = await handshake(options);
    expect(refusal?.data).toEqual({ code: "unauthenticated", detail: expect.any(String) });
    expect(refusal?.message).toBe(refusal?.data?.detail);
  });

  test("with a forged, an expired or an unsigned token is refused", async () => {
    const forged = await issueToken(
      { ...agent(), ttlSeconds: 60 },
      { secret: "another secret of thirty-two characters" },
    );
    const expired = await fixture.token(agent(), -1);
    const [, claims] = (await fixture.token(agent())).split(".");
    const unsigned = `${Buffer.from('{"alg":"none"}').toString("base64url")}.${claims}.`;
    for (const token of [forged, expired, unsigned]) {
      expect((await handshake({ auth: { token } }))?.data?.code).toBe("unauthenticated");
    }
  });

  test("with a good token is accepted, in auth or in the header, over both transports", async () => {
    const token = await fixture.token(agent());
    for (const transports of [["websocket"], ["polling"], ["polling", "websocket"]]) {
      expect(await handshake({ auth: { token }, transports })).toBeNull();
      expect(await handshake({ extraHeaders: { authorization: `Bearer ${token}` }, transports })).toBeNull();
    }
  });

  test("from a foreign origin is refused, from the server's own accepted", async () => {
    const poll = (origin: string) =>
      fetch(`${fixture.url}/socket.io/?EIO=4&transport=polling`, { headers: { origin } }).then(({ status }) => status);
    expect(await poll("https://evil.example")).toBe(403);
    expect(await poll("null")).toBe(403);
    expect(await poll(fixture.url)).toBe(200);
  });
});

describe("a credential that ends", () => {
  test("ends its socket: told first, then disconnected by the server", async () => {
    const token = await fixture.token(agent(), 2);
    const { socket } = await fixture.connect(agent(), { auth: { token } });
    const seen: unknown[] = [];
    socket.on("auth-expired", (problem) => seen.push(problem));
    socket.on("disconnect", (reason) => seen.push(reason));
    await eventually(() => expect(seen).toHaveLength(2));
    expect(seen).toEqual([{ code: "unauthenticated", detail: expect.any(String) }, "io server disconnect"]);
  });

  test("may be farther away than a timer can count", async () => {
    const lives = await fixture.connect(agent(), { auth: { token: await fixture.token(agent(), 60 * 86_400) } });
    expect(await lives.join(`user:${agent().subject}`)).toEqual({ ok: true });
    let called = false;
    const callOff = callAt(Date.now() + 2 ** 31 + 1_000, () => {
      called = true;
    });
    await lives.join("topic:still-here");
    callOff();
    expect(called).toBe(false);
  });

  test("ends its socket soon after it was revoked, and another's not", async () => {
    const revoked = new Set<string>();
    const { subject } = agent();
    const own = await startFixture({
      verifyAgainEveryMs: 50,
      authenticate: ({ auth }) => {
        if (revoked.has(String(auth.token))) throw new ProblemError("unauthenticated", "revoked");
        return { subject, role: "agent", tenantId: fixture.tenants[0], readOnly: false, expiresAtMs: null };
      },
    });
    try {
      const [first, second] = [
        await own.connect(agent(), { auth: { token: "a" } }),
        await own.connect(agent(), { auth: { token: "b" } }),
      ];
      revoked.add("a");
      await eventually(() => expect(first.socket.connected).toBe(false));
      expect(second.socket.connected).toBe(true);
    } finally {
      await own.stop();
    }
  });
});
