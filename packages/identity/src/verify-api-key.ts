import type { Database } from "@deskpulse/db/connect";
import { apiKeyBySecretHash } from "@deskpulse/db/identity/api-key-by-secret-hash";
import { touchApiKey } from "@deskpulse/db/identity/touch-api-key";
import { asEngine } from "@deskpulse/db/transaction";
import { ProblemError } from "@deskpulse/domain/errors";
import type { Caller } from "@deskpulse/domain/tenants/caller";
import { apiKeyHash } from "./api-key.ts";
import type { Revocable } from "./verified-token.ts";

const touchIntervalMs = 60_000;

/** Looks an API key up and notes its use, at most once a minute. Throws unauthenticated unless it is in force. */
export async function verifyApiKey(database: Database, credential: string): Promise<Revocable> {
  const askedAtMs = Date.now();
  const secretHash = apiKeyHash(credential);
  if (secretHash === null) throw refused();
  const key = await asEngine(database, async (tx) => {
    const found = await apiKeyBySecretHash(tx, secretHash);
    if (found === null || !isInForce(found)) return null;
    const unnotedMs = Date.now() - (found.lastUsedAt?.getTime() ?? 0);
    if (unnotedMs >= touchIntervalMs) await touchApiKey(tx, found.id, touchIntervalMs / 1000);
    return found;
  });
  if (key === null) throw refused();
  const caller: Caller = {
    subject: key.id,
    tenantId: key.tenantId,
    role: key.role,
    readOnly: false,
    expiresAtMs: key.expiresAt?.getTime() ?? null,
  };
  return { caller, tokenId: null, familyId: null, issuedAtMs: askedAtMs };
}

function isInForce(key: { readonly revokedAt: Date | null; readonly expiresAt: Date | null }): boolean {
  return key.revokedAt === null && (key.expiresAt === null || key.expiresAt.getTime() > Date.now());
}

/** One text whether the key is unknown, expired or revoked: a probe learns nothing about keys that once existed. */
function refused(): ProblemError {
  return new ProblemError("unauthenticated", "The API key is not valid, has expired or was revoked.");
}
