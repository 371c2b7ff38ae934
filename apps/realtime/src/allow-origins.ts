import type { IncomingMessage } from "node:http";

/**
 * Decides which requests may open a connection: those without an Origin (no browser), from the server's own origin,
 * and from the origins given. CORS alone would let every page open a websocket.
 */
export function allowOrigins(
  origins: readonly string[],
): (req: IncomingMessage, decide: (error: string | null, allowed: boolean) => void) => void {
  const allowed = new Set(origins);
  return (req, decide) => {
    const { origin, host } = req.headers;
    const ok = origin === undefined || allowed.has(origin) || (host !== undefined && hostOf(origin) === host);
    decide(ok ? null : "this origin is not allowed", ok);
  };
}

function hostOf(origin: string): string | null {
  try {
    return new URL(origin).host;
  } catch {
    return null;
  }
}
