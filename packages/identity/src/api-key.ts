import { createHash, randomBytes } from "node:crypto";
import { v7 as uuidv7 } from "uuid";

const prefix = "dpk_";
/** 256 random bits as base64url behind the prefix. */
const form = /^dpk_[A-Za-z0-9_-]{43}$/;

/** A new API key: `secret` is shown once to its owner, `secretHash` is what `api_keys` stores. Later keys have higher ids. */
export function newApiKey(): { readonly id: string; readonly secret: string; readonly secretHash: Buffer } {
  const secret = prefix + randomBytes(32).toString("base64url");
  return { id: uuidv7(), secret, secretHash: hashSecret(secret) };
}

/** Does this credential claim to be an API key? Anything else is read as a JWT. */
export function looksLikeApiKey(credential: string): boolean {
  return credential.startsWith(prefix);
}

/** The hash to look a key up by; null when it cannot be one. */
export function apiKeyHash(credential: string): Buffer | null {
  return form.test(credential) ? hashSecret(credential) : null;
}

/**
 * SHA-256 of a secret of 256 random bits. Searching an index by the hash is as good as comparing in constant time:
 * how long it takes tells about the hash, and nobody can work back from there to the secret.
 */
export function hashSecret(secret: string): Buffer {
  return createHash("sha256").update(secret).digest();
}
