import type { Database } from "@deskpulse/db/connect";
import { insertTokenRevocation } from "@deskpulse/db/identity/insert-token-revocation";
import { refreshTokenBySecretHash } from "@deskpulse/db/identity/use-refresh-token";
import { asEngine } from "@deskpulse/db/transaction";
import { refreshSecretHash } from "./refresh-token.ts";
import { revokeFamily } from "./revoke-family.ts";
import type { Revocable } from "./verified-token.ts";

/** The end of the years that Postgres and JSON can both write. */
const latestMs = Date.UTC(9999, 11, 31);

/**
 * Revokes a refresh token with its family, and a verified access token with the family that it came with. What is
 * unknown or over already is left as it is.
 */
export async function signOut(
  database: Database,
  given: { readonly refreshToken: string | null; readonly accessToken: Revocable | null },
): Promise<void> {
  const { refreshToken, accessToken } = given;
  const secretHash = refreshToken === null ? null : refreshSecretHash(refreshToken);
  if (secretHash === null && accessToken === null) return;
  await asEngine(database, async (tx) => {
    const families = new Set<string>();
    const token = secretHash === null ? null : await refreshTokenBySecretHash(tx, secretHash);
    if (token !== null) families.add(token.familyId);
    if (accessToken !== null && accessToken.familyId !== null && uuid.test(accessToken.familyId)) {
      families.add(accessToken.familyId);
    }
    // sorted, so that two at once lock in one order
    for (const familyId of [...families].sort()) await revokeFamily(tx, familyId);
    if (accessToken === null || accessToken.tokenId === null) return;
    const expiresAtMs = Math.min(accessToken.caller.expiresAtMs ?? latestMs, latestMs);
    await insertTokenRevocation(tx, accessToken.tokenId, new Date(expiresAtMs));
  });
}

/** A foreign token's `sid` may be anything; ours is the id of a family. */
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
