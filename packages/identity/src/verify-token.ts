import { ProblemError } from "@deskpulse/domain/errors";
import { decodeProtectedHeader, errors, type JWTPayload, jwtVerify } from "jose";
import { createForeignKeys, foreignAlgorithms } from "./foreign-keys.ts";
import { signingKey, type TokenKey } from "./jwt-secret.ts";
import { callerFromClaims } from "./token-claims.ts";
import { fingerprintOf, type Revocable } from "./verified-token.ts";

/** Longer than any token that we issue; bounds what a cache entry and a signature check can cost. */
const tokenLengthMax = 4_096;

export interface TokenSources extends TokenKey {
  /** Where keys of foreign tokens are published; without it only our own tokens count. */
  readonly jwksUrl?: string;
}

/**
 * A function that checks signature, expiry, issuer, audience and claims: HS256 by the secret, RS256, ES256 and EdDSA by
 * the JWKS, nothing else. Throws unauthenticated, or unavailable when a key is needed that cannot be fetched.
 */
export function createTokenVerifier(sources: TokenSources): (token: string) => Promise<Revocable> {
  const secret = signingKey(sources.secret);
  const foreign = sources.jwksUrl === undefined ? null : createForeignKeys(sources.jwksUrl);
  const demanded = {
    requiredClaims: ["exp", "sub", "role"],
    clockTolerance: 0,
    ...(sources.issuer === undefined ? {} : { issuer: sources.issuer }),
    ...(sources.audience === undefined ? {} : { audience: sources.audience }),
  };

  async function payloadOf(token: string): Promise<JWTPayload> {
    // The header only chooses the source; each source then takes no algorithm but its own.
    const alg = decodeProtectedHeader(token).alg ?? "none";
    if (foreign !== null && foreignAlgorithms.includes(alg)) {
      return (await jwtVerify(token, foreign, { ...demanded, algorithms: [...foreignAlgorithms] })).payload;
    }
    return (await jwtVerify(token, secret, { ...demanded, algorithms: ["HS256"] })).payload;
  }

  return async (token) => {
    if (token.length > tokenLengthMax) throw refused();
    const claims = await payloadOf(token).catch((cause: unknown) => {
      if (cause instanceof ProblemError) throw cause;
      if (cause instanceof errors.JWTExpired) {
        throw new ProblemError("unauthenticated", "The token has expired. Sign in again.", { cause });
      }
      throw refused(cause);
    });
    const caller = callerFromClaims(claims);
    if (caller === null) throw refused("its claims do not describe a caller");
    const { iat, sid } = claims;
    return {
      caller,
      tokenId: fingerprintOf(token),
      familyId: typeof sid === "string" ? sid : null,
      // seconds with a fraction, which is not exact: rounded, because a revocation is compared to the millisecond
      issuedAtMs: typeof iat === "number" ? Math.round(iat * 1000) : 0,
    };
  };
}

/** One text for every defect but expiry: which check failed is for the log, not for who probes. */
function refused(cause?: unknown): ProblemError {
  return new ProblemError("unauthenticated", "The token is not valid.", { cause });
}
