import { randomUUID } from "node:crypto";
import type { Standing } from "@deskpulse/db/identity/hold-standing";
import { insertRefreshToken } from "@deskpulse/db/identity/insert-refresh-token";
import type { EngineTx } from "@deskpulse/db/transaction";
import type { Role } from "@deskpulse/domain/tenants/role";
import { issueToken, type TokenSubject } from "./issue-token.ts";
import type { TokenKey } from "./jwt-secret.ts";
import { newRefreshSecret, refreshTokenTtlSeconds } from "./refresh-token.ts";

export const accessTokenTtlSeconds = 15 * 60;

/** What a person gets who signs in or refreshes. */
export interface SignedIn {
  readonly accessToken: string;
  readonly tokenType: "Bearer";
  readonly expiresInSeconds: number;
  /** To be used once, for the next access token. */
  readonly refreshToken: string;
  readonly refreshExpiresInSeconds: number;
  readonly user: { readonly id: string; readonly name: string; readonly email: string };
  /** Null for an operator. */
  readonly tenant: { readonly id: string; readonly name: string } | null;
  readonly role: Role;
}

/** Makes both tokens for what the transaction holds the person to be (holdStanding), in this family. */
export async function issueBoth(tx: EngineTx, standing: Standing, familyId: string, key: TokenKey): Promise<SignedIn> {
  const { secret, secretHash } = newRefreshSecret();
  const issuedAt = await insertRefreshToken(tx, {
    id: randomUUID(),
    familyId,
    userId: standing.id,
    tenantId: standing.tenant?.id ?? null,
    secretHash,
    ttlSeconds: refreshTokenTtlSeconds,
  });
  const who: TokenSubject =
    standing.tenant === null
      ? { subject: standing.id, role: "operator", readOnly: standing.operator !== "full" }
      : { subject: standing.id, role: standing.role, tenantId: standing.tenant.id };
  // Postgres' clock, not ours: the instant of a revocation is read from it too
  const claims = { ...who, ttlSeconds: accessTokenTtlSeconds, familyId, issuedAtMs: issuedAt.getTime() };
  return {
    accessToken: await issueToken(claims, key),
    tokenType: "Bearer",
    expiresInSeconds: accessTokenTtlSeconds,
    refreshToken: secret,
    refreshExpiresInSeconds: refreshTokenTtlSeconds,
    user: { id: standing.id, name: standing.name, email: standing.email },
    tenant: standing.tenant,
    role: who.role,
  };
}
