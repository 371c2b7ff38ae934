import { ProblemError } from "@deskpulse/domain/errors";
import { createRemoteJWKSet, errors, type JWTVerifyGetKey } from "jose";

/** Algorithms of tokens whose keys come from a JWKS. */
export const foreignAlgorithms: readonly string[] = ["RS256", "ES256", "EdDSA"];

const timeoutMs = 2_000;
/** An unknown key id makes us look again, but not more often than this. */
const cooldownMs = 5_000;
/** Keys that were taken away stop counting after about that time. */
const reloadEveryMs = 300_000;

/**
 * Keys published under a JWKS URL, fetched when first needed. While the server is away the known ones serve; what needs one
 * that is not known throws unavailable.
 */
export function createForeignKeys(url: string): JWTVerifyGetKey {
  const jwks = createRemoteJWKSet(new URL(url), {
    timeoutDuration: timeoutMs,
    cooldownDuration: cooldownMs,
    // jose would refuse known keys when they are old and the server is away; they are renewed below instead
    cacheMaxAge: Number.POSITIVE_INFINITY,
  });
  let lookedAtMs = Date.now();
  return async (header, token) => {
    if (Date.now() - lookedAtMs >= reloadEveryMs) {
      lookedAtMs = Date.now();
      jwks.reload().catch(() => undefined); // the known keys go on; the next round tries again
    }
    try {
      return await jwks(header, token);
    } catch (error) {
      if (isAboutToken(error)) throw error;
      throw new ProblemError("unavailable", "The keys for this token cannot be fetched right now. Try again.", {
        retryAfterSeconds: 1,
        cause: error,
      });
    }
  };
}

const isAboutToken = (error: unknown): boolean =>
  error instanceof errors.JWKSNoMatchingKey ||
  error instanceof errors.JWKSMultipleMatchingKeys ||
  error instanceof errors.JOSENotSupported;
