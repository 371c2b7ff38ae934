import { createHash } from "node:crypto";
import type { Caller } from "@deskpulse/domain/tenants/caller";

/** What a revocation can meet: a credential that was verified. */
export interface Revocable {
  /** Fingerprint of a token; null for an API key, which is looked up again when its subject is met. */
  readonly tokenId: string | null;
  readonly familyId: string | null;
  /** Epoch milliseconds; 0 when the issuer does not say, so that every revocation of the subject meets it. */
  readonly issuedAtMs: number;
  readonly caller: Caller;
}

/**
 * Names one token: SHA-256 of what its signature covers. A `jti` would not do: foreign issuers may leave it out or use
 * each other's; and of the whole text, the signature can often be written in more than one way.
 */
export function fingerprintOf(token: string): string {
  return createHash("sha256")
    .update(token.slice(0, token.lastIndexOf(".")))
    .digest("base64url");
}
