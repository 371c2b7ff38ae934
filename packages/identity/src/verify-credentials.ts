import type { Database } from "@deskpulse/db/connect";
import { ProblemError } from "@deskpulse/domain/errors";
import type { Caller } from "@deskpulse/domain/tenants/caller";
import { LRUCache } from "lru-cache";
import { looksLikeApiKey } from "./api-key.ts";
import type { TokenKey } from "./jwt-secret.ts";
import { verifyApiKey } from "./verify-api-key.ts";
import { createTokenVerifier } from "./verify-token.ts";

export interface AuthenticatorOptions extends TokenKey {
  readonly database: Database;
  /** Verified credentials kept in memory. Default 10,000. */
  readonly cacheEntriesMax?: number;
}

export interface Authenticator {
  /**
   * Who calls with this bearer credential, a JWT or an API key? A known one is answered at once, without a promise.
   * Throws or rejects with ProblemError "unauthenticated".
   */
  authenticate(credential: string): Caller | Promise<Caller>;
  /** Forgets every verified credential. The database belongs to the caller. */
  close(): void;
}

interface Verified {
  readonly caller: Caller;
  /** From then on the credential is verified again, epoch milliseconds. */
  readonly verifyAgainAtMs: number;
}

const cacheEntriesMaxDefault = 10_000;
/** A revoked key stops working everywhere within this time. */
const keyFreshMs = 5_000;
const keysRefusedMax = 1_000;

/** Verifies bearer credentials and remembers them until they end. Throws when JWT_SECRET is too short. */
export function createAuthenticator(options: AuthenticatorOptions): Authenticator {
  const verifyToken = createTokenVerifier(options);
  const verified = new LRUCache<string, Verified>({ max: options.cacheEntriesMax ?? cacheEntriesMaxDefault });
  // A service that keeps calling with a dead key costs one query in five seconds, not one a call.
  const refused = new LRUCache<string, ProblemError>({ max: keysRefusedMax, ttl: keyFreshMs });
  const underWay = new Map<string, Promise<Caller>>();

  async function verify(credential: string): Promise<Caller> {
    const isKey = looksLikeApiKey(credential);
    const askedAtMs = Date.now();
    try {
      const caller = isKey ? await verifyApiKey(options.database, credential) : await verifyToken(credential);
      const endsAtMs = caller.expiresAtMs ?? Number.POSITIVE_INFINITY;
      verified.set(credential, {
        caller,
        verifyAgainAtMs: isKey ? Math.min(askedAtMs + keyFreshMs, endsAtMs) : endsAtMs,
      });
      return caller;
    } catch (error) {
      verified.delete(credential);
      if (isKey && error instanceof ProblemError) refused.set(credential, error);
      throw error;
    } finally {
      underWay.delete(credential);
    }
  }

  return {
    authenticate(credential) {
      const known = verified.get(credential);
      if (known !== undefined && Date.now() < known.verifyAgainAtMs) return known.caller;
      const refusal = refused.get(credential);
      if (refusal !== undefined) throw refusal;
      let verification = underWay.get(credential);
      if (verification === undefined) {
        verification = verify(credential);
        underWay.set(credential, verification);
      }
      return verification;
    },
    close() {
      verified.clear();
      refused.clear();
    },
  };
}
