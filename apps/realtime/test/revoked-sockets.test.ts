import { randomUUID } from "node:crypto";
import { insertTokenRevocation } from "@deskpulse/db/identity/insert-token-revocation";
import { asEngine } from "@deskpulse/db/transaction";
import { newApiKey } from "@deskpulse/identity/api-key";
import { revokeTokensOf } from "@deskpulse/identity/revoke-tokens";
import { fingerprintOf } from "@deskpulse/identity/verified-token";
import { eventually } from "@deskpulse/testkit/eventually";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Socket } from "socket.io-client";
import { type Fixture, startFixture } from "./realtime-fixture.ts";

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture.stop());

const member = (subject: string) => ({ subject, role: "agent", tenantId: fixture.tenants[0] }) as const;
const connected = async (subject: string, token?: string): Promise<Socket> => {
  const auth = { token: token ?? (await fixture.token(member(subject))) };
  return (await fixture.connect(member(subject), { auth })).socket;
};
/** The server tells the client and disconnects it, at most 5 s after now. */
async function endsSoon(socket: Socket): Promise<void> {
  const revokedAtMs = Date.now();
  const told: unknown[] = [];
  socket.on("auth-expired", (problem) => told.push(problem));
  await eventually(() => expect(socket.connected).toBe(false), { timeoutMs: 6_000 });
  expect(Date.now() - revokedAtMs).toBeLessThan(5_000);
  expect(told).toEqual([{ code: "unauthenticated", detail: expect.any(String) }]);
}

test("a socket ends within 5 s when its token is revoked, another of the same subject stays", async () => {
  const token = await fixture.token(member("ann"));
  const [revoked, other] = [await connected("ann", token), await connected("ann")];
  await asEngine(fixture.database, (tx) =>
    insertTokenRevocation(tx, fingerprintOf(token), new Date(Date.now() + 600_000)),
  );
  await endsSoon(revoked);
  expect(other.connected).toBe(true);
});

test("sockets of a subject end within 5 s when its tokens are revoked in that tenant", async () => {
  const [here, other] = [await connected("bob"), await connected("eve")];
  const elsewhere = await connected(
    "bob",
    await fixture.token({ subject: "bob", role: "agent", tenantId: fixture.tenants[1] }),
  );
  await asEngine(fixture.database, (tx) => revokeTokensOf(tx, { subject: "bob", tenantId: fixture.tenants[0] }));
  await endsSoon(here);
  expect([other.connected, elsewhere.connected]).toEqual([true, true]);
});

test("a socket of an API key ends within 5 s when the key is revoked", async () => {
  const { secret, secretHash } = newApiKey();
  const id = randomUUID();
  const [tenantId] = fixture.tenants;
  await fixture.database.sql`insert into api_keys (id, tenant_id, name, role, secret_hash)
    values (${id}, ${tenantId}, 'key', 'agent', ${secretHash})`;
  const socket = await connected("key", secret);
  await asEngine(fixture.database, async (tx) => {
    await tx.sql`update api_keys set revoked_at = now() where id = ${id}`;
    await revokeTokensOf(tx, { subject: id, tenantId });
  });
  await endsSoon(socket);
});
