import { ProblemError } from "@deskpulse/domain/errors";
import type { Caller } from "@deskpulse/domain/tenants/caller";
import { errors, jwtVerify } from "jose";
import { signingKey, type TokenKey } from "./jwt-secret.ts";
import { callerFromClaims } from "./token-claims.ts";

/** Longer than any token that we issue; bounds what a cache entry and a signature check can cost. */
const tokenLengthMax = 4_096;

/** A function that checks signature (HS256 only), expiry, issuer, audience and claims; throws unauthenticated. */
export function createTokenVerifier(key: TokenKey): (token: string) => Promise<Caller> {
  const secret = signingKey(key.secret);
  const options = {
    algorithms: ["HS256"],
    requiredClaims: ["exp", "sub", "role"],
    clockTolerance: 0,
    ...(key.issuer === undefined ? {} : { issuer: key.issuer }),
    ...(key.audience === undefined ? {} : { audience: key.audience }),
  };
  return async (token) => {
    if (token.length > tokenLengthMax) throw refused();
    const claims = await jwtVerify(token, secret, options).then(
      ({ payload }) => payload,
      (cause: unknown) => {
        if (cause instanceof errors.JWTExpired) {
          throw new ProblemError("unauthenticated", "The token has expired. Sign in again.", { cause });
        }
        throw refused(cause);
      },
    );
    const caller = callerFromClaims(claims);
    if (caller === null) throw refused("its claims do not describe a caller");
    return caller;
  };
}

/** One text for every defect but expiry: which check failed is for the log, not for who probes. */
function refused(cause?: unknown): ProblemError {
  return new ProblemError("unauthenticated", "The token is not valid.", { cause });
}
