import { ProblemError } from "@deskpulse/domain/errors";
import type { Caller } from "@deskpulse/domain/tenants/caller";
import type { AuthenticateHandshake } from "./authenticate-socket.ts";
import { endSocket } from "./end-expired-socket.ts";
import type { RealtimeIo } from "./realtime-socket.ts";

const sameRights = (a: Caller, b: Caller): boolean =>
  a.subject === b.subject && a.role === b.role && a.tenantId === b.tenantId && a.readOnly === b.readOnly;

/**
 * Authenticates every socket's handshake again and ends those whose credential was revoked or means someone else now.
 * One at a time: tokens are answered from memory, keys cost a query each. An error that is no refusal ends nobody.
 */
export async function endRevokedSockets(io: RealtimeIo, authenticate: AuthenticateHandshake): Promise<void> {
  for (const socket of [...io.sockets.sockets.values()]) {
    const known = socket.data.caller;
    if (known === null || !socket.connected) continue;
    try {
      const answer = authenticate(socket.handshake);
      const caller = answer instanceof Promise ? await answer : answer;
      if (!sameRights(caller, known)) endSocket(socket, "Your rights have changed. Connect again.");
    } catch (error) {
      if (error instanceof ProblemError && error.code === "unauthenticated") endSocket(socket, error.message);
    }
  }
}
