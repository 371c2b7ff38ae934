import { randomUUID } from "node:crypto";
import type { TenantRole } from "@deskpulse/domain/tenants/role";
import { SignJWT } from "jose";
import { signingKey, type TokenKey } from "./jwt-secret.ts";

/** Whom a token speaks for: a member of one tenant, or an operator, who has no tenant and may be read-only. */
export type TokenSubject = { readonly subject: string } & (
  | { readonly role: TenantRole; readonly tenantId: string; readonly readOnly?: false }
  | { readonly role: "operator"; readonly tenantId?: null; readonly readOnly?: boolean }
);

/** Signs a JWT (HS256) that `createAuthenticator` with the same key accepts for `ttlSeconds`. */
export async function issueToken(
  claims: TokenSubject & { readonly ttlSeconds: number },
  key: TokenKey,
): Promise<string> {
  const { subject, role, ttlSeconds } = claims;
  const issuedAtSeconds = Math.floor(Date.now() / 1000);
  const token = new SignJWT({
    role,
    ...(claims.role === "operator" ? {} : { tenant: claims.tenantId }),
    ...(claims.readOnly === true ? { readOnly: true } : {}),
  })
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .setSubject(subject)
    .setIssuedAt(issuedAtSeconds)
    .setExpirationTime(issuedAtSeconds + ttlSeconds)
    .setJti(randomUUID());
  if (key.issuer !== undefined) token.setIssuer(key.issuer);
  if (key.audience !== undefined) token.setAudience(key.audience);
  return token.sign(signingKey(key.secret));
}
