import { insertFamilyRevocation } from "@deskpulse/db/identity/insert-token-revocation";
import { revokeRefreshFamily } from "@deskpulse/db/identity/revoke-refresh-tokens";
import type { EngineTx } from "@deskpulse/db/transaction";
import { accessTokenTtlSeconds } from "./signed-in.ts";

/** Ends a sign-in: its refresh tokens, and the access tokens that came with them. Does nothing when it was ended before. */
export async function revokeFamily(tx: EngineTx, familyId: string): Promise<void> {
  const revoked = await revokeRefreshFamily(tx, familyId);
  if (revoked === 0) return;
  await insertFamilyRevocation(tx, familyId, accessTokenTtlSeconds);
}
