import { randomUUID } from "node:crypto";
import type { TenantRole } from "@deskpulse/domain/tenants/role";
import { SignJWT } from "jose";
import { signingKey, type TokenKey } from "./jwt-secret.ts";

/** Whom a token speaks for: a member of one tenant, or an operator, who has no tenant and may be read-only. */
export type TokenSubject = { readonly subject: string } & (
  | { readonly role: TenantRole; readonly tenantId: string; readonly readOnly?: false }
  | { readonly role: "operator"; readonly tenantId?: null; readonly readOnly?: boolean }
);

export type TokenClaims = TokenSubject & {
  readonly ttlSeconds: number;
  /** The family of refresh tokens that it came with; revoking that revokes it. */
  readonly familyId?: string;
  /** Default now. To the millisecond: whether a revocation of the subject meets it depends on it. */
  readonly issuedAtMs?: number;
};

/** Signs a JWT (HS256) that `createAuthenticator` with the same key accepts for `ttlSeconds`. */
export async function issueToken(claims: TokenClaims, key: TokenKey): Promise<string> {
  const { subject, role, ttlSeconds, familyId, issuedAtMs = Date.now() } = claims;
  const token = new SignJWT({
    role,
    ...(claims.role === "operator" ? {} : { tenant: claims.tenantId }),
    ...(claims.readOnly === true ? { readOnly: true } : {}),
    ...(familyId === undefined ? {} : { sid: familyId }),
  })
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .setSubject(subject)
    .setIssuedAt(issuedAtMs / 1000)
    .setExpirationTime(Math.floor(issuedAtMs / 1000) + ttlSeconds)
    .setJti(randomUUID());
  if (key.issuer !== undefined) token.setIssuer(key.issuer);
  if (key.audience !== undefined) token.setAudience(key.audience);
  return token.sign(signingKey(key.secret));
}
