import type { Database } from "@deskpulse/db/connect";
import { holdStanding } from "@deskpulse/db/identity/hold-standing";
import { refreshTokenBySecretHash, useRefreshToken } from "@deskpulse/db/identity/use-refresh-token";
import { asEngine } from "@deskpulse/db/transaction";
import { ProblemError } from "@deskpulse/domain/errors";
import type { TokenKey } from "./jwt-secret.ts";
import { refreshSecretHash } from "./refresh-token.ts";
import { revokeFamily } from "./revoke-family.ts";
import { issueBoth, type SignedIn } from "./signed-in.ts";

/**
 * Exchanges a refresh token for a new one and an access token, with role, membership and state as they are now. Throws
 * unauthenticated when it is unknown, expired or revoked, when its owner may no longer sign in, or when it was used before:
 * then somebody else may hold it, and the whole family ends. Of twins at once one wins, and the other ends the family.
 */
export async function refresh(
  refreshToken: string,
  { database, ...key }: TokenKey & { readonly database: Database },
): Promise<SignedIn> {
  const secretHash = refreshSecretHash(refreshToken);
  if (secretHash === null) throw refused();
  const signedIn = await asEngine(database, async (tx) => {
    const token = await refreshTokenBySecretHash(tx, secretHash);
    if (token === null || token.expired) return null;
    // in the order of whoever changes a person: the person first, then the tokens
    const standing = await holdStanding(tx, token.userId, token.tenantId);
    if (standing !== null && (await useRefreshToken(tx, token.id))) {
      return await issueBoth(tx, standing, token.familyId, key);
    }
    await revokeFamily(tx, token.familyId);
    return null;
  });
  // after the commit: the end of a family must last
  if (signedIn === null) throw refused();
  return signedIn;
}

const refused = (): ProblemError =>
  new ProblemError("unauthenticated", "The refresh token is not valid any more. Sign in again.");
