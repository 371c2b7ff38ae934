import { DeskpulseError } from "./deskpulse-error.ts";

/** What signing in gave: POST /api/auth/token, or the last refresh. */
export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
}

export interface Session {
  /** What goes into Authorization; null for callers who have not signed in. */
  credential(): string | null;
  /** Gets a fresh credential in place of `stale`, once for all who ask meanwhile. False: there is none to be had. */
  renew(stale: string | null): Promise<boolean>;
  /** When to renew ahead of the end (epoch milliseconds); null where that is not known or not possible. */
  renewAtMs(): number | null;
}

interface Options {
  /** A token or key that nothing renews. */
  readonly fixed: string | undefined;
  readonly tokens: Tokens | undefined;
  readonly onTokens: ((tokens: Tokens) => void | Promise<void>) | undefined;
  /** POST /api/auth/refresh. Never sent twice: a refresh token that comes again ends its whole family. */
  readonly refresh: (refreshToken: string) => Promise<Tokens>;
}

/** Keeps the credential of one client. `onTokens` is called, and waited for, before fresh tokens are used. */
export function createSession({ fixed, tokens: given, onTokens, refresh }: Options): Session {
  let tokens = given ?? null;
  let receivedAtMs: number | null = null;
  let over = false;
  let renewing: Promise<boolean> | undefined;

  async function exchange({ refreshToken }: Tokens): Promise<boolean> {
    try {
      const { accessToken, refreshToken: next } = await refresh(refreshToken);
      tokens = { accessToken, refreshToken: next };
      receivedAtMs = Date.now();
    } catch (error) {
      if (!(error instanceof DeskpulseError && error.code === "unauthenticated")) throw error;
      over = true;
      return false;
    }
    await onTokens?.(tokens);
    return true;
  }

  return {
    credential: () => tokens?.accessToken ?? fixed ?? null,
    async renew(stale) {
      if (renewing !== undefined) return await renewing;
      if (tokens === null || over) return false;
      if (tokens.accessToken !== stale) return true;
      renewing = exchange(tokens).finally(() => {
        renewing = undefined;
      });
      return await renewing;
    },
    renewAtMs() {
      const span = tokens === null || over ? null : lifeOf(tokens.accessToken);
      if (span === null) return null;
      // a fresh token lives for its whole length, whatever the clock here says
      const endMs = receivedAtMs === null ? span.endMs : receivedAtMs + span.lengthMs;
      return endMs - Math.min(60_000, span.lengthMs / 5);
    },
  };
}

/** When a JWT ends by its own words; null when it does not say so. */
function lifeOf(token: string): { readonly endMs: number; readonly lengthMs: number } | null {
  try {
    const payload = (token.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/");
    const claims: unknown = JSON.parse(atob(payload));
    if (typeof claims !== "object" || claims === null || !("exp" in claims) || typeof claims.exp !== "number")
      return null;
    const issued = "iat" in claims && typeof claims.iat === "number" ? claims.iat : claims.exp - 900;
    return { endMs: claims.exp * 1_000, lengthMs: (claims.exp - issued) * 1_000 };
  } catch {
    return null;
  }
}
