import { insertSubjectRevocation } from "@deskpulse/db/identity/insert-token-revocation";
import { revokeRefreshTokensOfUser } from "@deskpulse/db/identity/revoke-refresh-tokens";
import type { EngineTx } from "@deskpulse/db/transaction";

/** A foreign token may live for days; one that lives longer than this outlives the revocation of its subject. */
const keptSeconds = 30 * 86_400;
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * Ends every access token that the subject (id of a user or an API key) has by now: in one tenant, or with null
 * everywhere, and then its refresh tokens too. In one tenant people stay signed in: the next refresh brings their role as it then is.
 * To be called after the change of role, membership or state, in its transaction. Holds everywhere within 5 s.
 */
export async function revokeTokensOf(
  tx: EngineTx,
  { subject, tenantId }: { readonly subject: string; readonly tenantId: string | null },
): Promise<void> {
  if (tenantId === null && uuid.test(subject)) await revokeRefreshTokensOfUser(tx, subject);
  await insertSubjectRevocation(tx, { subject, tenantId, keptSeconds });
}
