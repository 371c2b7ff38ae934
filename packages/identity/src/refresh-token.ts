import { randomBytes } from "node:crypto";
import { hashSecret } from "./api-key.ts";

/** Counted anew with each use: who stays away that long signs in again. */
export const refreshTokenTtlSeconds = 30 * 86_400;

const prefix = "dpr_";
/** 256 random bits as base64url behind the prefix. */
const form = /^dpr_[A-Za-z0-9_-]{43}$/;

/** A new refresh token: `secret` goes to its owner once, `secretHash` is what `refresh_tokens` stores. */
export function newRefreshSecret(): { readonly secret: string; readonly secretHash: Buffer } {
  const secret = prefix + randomBytes(32).toString("base64url");
  return { secret, secretHash: hashSecret(secret) };
}

/** The hash to look a refresh token up by; null when it cannot be one. */
export function refreshSecretHash(secret: string): Buffer | null {
  return form.test(secret) ? hashSecret(secret) : null;
}
