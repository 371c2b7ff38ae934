import type { SocketProblem } from "@deskpulse/contract/realtime/problem";
import { ProblemError } from "@deskpulse/domain/errors";
import type { Caller } from "@deskpulse/domain/tenants/caller";
import type { RealtimeSocket } from "./realtime-socket.ts";

type Handshake = RealtimeSocket["handshake"];

/** Who connects? Throws or rejects with a ProblemError when nobody known does. */
export type AuthenticateHandshake = (handshake: Handshake) => Caller | Promise<Caller>;

/** Finds the bearer credential of a handshake: `auth.token`, else the Authorization header. Null when there is none. */
export function credentialOf(handshake: Pick<Handshake, "auth" | "headers">): string | null {
  const token: unknown = handshake.auth.token;
  // some clients pass the header's value as it is
  if (typeof token === "string" && token !== "") return token.replace(/^Bearer /i, "");
  const [, credential] = /^Bearer +(\S+)$/i.exec(handshake.headers.authorization ?? "") ?? [];
  return credential ?? null;
}

/** Authenticates handshakes with an authenticator of credentials (that of the identity package). */
export function authenticateSocket(authenticator: {
  authenticate(credential: string): Caller | Promise<Caller>;
}): AuthenticateHandshake {
  return (handshake) => {
    const credential = credentialOf(handshake);
    if (credential === null) {
      throw new ProblemError("unauthenticated", "Send a token in the handshake: auth.token or Authorization: Bearer.");
    }
    return authenticator.authenticate(credential);
  };
}

/** What a caller is told about an error: a ProblemError's own words, nothing of any other. */
export function socketProblemOf(error: unknown): SocketProblem {
  if (error instanceof ProblemError) return { code: error.code, detail: error.message };
  return { code: "unavailable", detail: "This cannot be answered right now. Try again in a moment." };
}

/** The error that Socket.IO turns into a `connect_error` with `data: { code, detail }`. */
export function refusedHandshake(problem: SocketProblem): Error {
  return Object.assign(new Error(problem.detail), { data: problem });
}
