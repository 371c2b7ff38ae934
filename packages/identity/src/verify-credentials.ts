import type { Database } from "@deskpulse/db/connect";
import { ProblemError } from "@deskpulse/domain/errors";
import type { Caller } from "@deskpulse/domain/tenants/caller";
import { LRUCache } from "lru-cache";
import { looksLikeApiKey } from "./api-key.ts";
import { Revocations } from "./revocations.ts";
import type { Revocable } from "./verified-token.ts";
import { verifyApiKey } from "./verify-api-key.ts";
import { createTokenVerifier, type TokenSources } from "./verify-token.ts";

export interface AuthenticatorOptions extends TokenSources {
  readonly database: Database;
  /** Revocations could not be read; heard once per outage. */
  readonly onError?: (error: unknown) => void;
  /** Verified credentials kept in memory. Default 10,000. */
  readonly cacheEntriesMax?: number;
}

export interface Authenticator {
  /**
   * Who calls with this bearer credential, a JWT or an API key? A known one is answered at once, without a promise.
   * Throws or rejects with ProblemError "unauthenticated", or "unavailable" when a foreign token's keys are away.
   */
  authenticate(credential: string): Caller | Promise<Caller>;
  /** The token behind a credential; null for an API key and for a token that does not count (any more). */
  readToken(credential: string): Promise<Revocable | null>;
  /** Forgets every verified credential and reads no more revocations. The database belongs to the caller. */
  close(): void;
}

interface Verified extends Revocable {
  /** The version of the revocations under which it was found in force. */
  version: number;
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
  const revocations = new Revocations(options.database, options.onError);
  const verified = new LRUCache<string, Verified>({ max: options.cacheEntriesMax ?? cacheEntriesMaxDefault });
  // A service that keeps calling with a dead key costs one query in five seconds, not one a call.
  const refused = new LRUCache<string, ProblemError>({ max: keysRefusedMax, ttl: keyFreshMs });
  const underWay = new Map<string, Promise<Caller>>();

  async function verifyUnrevoked(token: string): Promise<Revocable> {
    const [known] = await Promise.all([verifyToken(token), revocations.firstRound]);
    if (revocations.isRevoked(known)) throw revokedProblem();
    return known;
  }

  async function verify(credential: string): Promise<Caller> {
    const isKey = looksLikeApiKey(credential);
    const askedAtMs = Date.now();
    const { version } = revocations;
    try {
      const known = isKey ? await verifyApiKey(options.database, credential) : await verifyUnrevoked(credential);
      const endsAtMs = known.caller.expiresAtMs ?? Number.POSITIVE_INFINITY;
      verified.set(credential, {
        ...known,
        version,
        verifyAgainAtMs: isKey ? Math.min(askedAtMs + keyFreshMs, endsAtMs) : endsAtMs,
      });
      return known.caller;
    } catch (error) {
      verified.delete(credential);
      if (isKey && error instanceof ProblemError) refused.set(credential, error);
      throw error;
    } finally {
      underWay.delete(credential);
    }
  }

  /** Is what was verified before still in force? A key that a revocation meets is looked up again. */
  function stillCounts(known: Verified): boolean {
    if (Date.now() >= known.verifyAgainAtMs) return false;
    if (known.version === revocations.version) return true;
    if (revocations.isRevoked(known)) return false;
    known.version = revocations.version;
    return true;
  }

  return {
    authenticate(credential) {
      const known = verified.get(credential);
      if (known !== undefined && stillCounts(known)) return known.caller;
      const refusal = refused.get(credential);
      if (refusal !== undefined) throw refusal;
      let verification = underWay.get(credential);
      if (verification === undefined) {
        verification = verify(credential);
        underWay.set(credential, verification);
      }
      return verification;
    },
    async readToken(credential) {
      if (looksLikeApiKey(credential)) return null;
      return await verifyUnrevoked(credential).catch((error: unknown) => {
        if (error instanceof ProblemError && error.code === "unauthenticated") return null;
        throw error;
      });
    },
    close() {
      revocations.stop();
      verified.clear();
      refused.clear();
    },
  };
}

const revokedProblem = (): ProblemError => new ProblemError("unauthenticated", "The token was revoked. Sign in again.");
