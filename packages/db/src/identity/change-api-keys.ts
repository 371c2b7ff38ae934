import type { TenantRole } from "@deskpulse/domain/tenants/role";
import type { EngineTx } from "../transaction.ts";

export interface NewApiKey {
  readonly id: string;
  readonly tenantId: string;
  readonly name: string;
  readonly role: TenantRole;
  readonly secretHash: Buffer;
  /** Who creates it; kept when it is the id of a user, which a foreign subject or an API key is not. */
  readonly creator: string;
  readonly expiresAt: Date | null;
}

/** Stores a key of a tenant that is there. Index: primary key of users. */
export async function insertApiKey(
  tx: EngineTx,
  key: NewApiKey,
): Promise<{ readonly createdAt: Date; readonly createdBy: string | null }> {
  const [row] = await tx.sql<{ createdAt: Date; createdBy: string | null }[]>`
    insert into api_keys (id, tenant_id, name, role, secret_hash, created_by, expires_at)
    values (${key.id}, ${key.tenantId}, ${key.name}, ${key.role}, ${key.secretHash},
      (select u.id from users u where u.id = ${uuidOrNull(key.creator)}), ${key.expiresAt})
    returning created_at as "createdAt", created_by as "createdBy"`;
  if (row === undefined) throw new Error("an insert returned no row");
  return row;
}

/**
 * Revokes a key of this tenant, or (null) of whichever, and says whose it is and whether it was in force until now.
 * Index: primary key. Null when there is none.
 */
export async function revokeApiKey(
  tx: EngineTx,
  keyId: string,
  tenantId: string | null,
): Promise<{ readonly tenantId: string; readonly revokedNow: boolean } | null> {
  const { sql } = tx;
  const [key] = await sql<{ tenantId: string; revoked: boolean }[]>`
    select tenant_id as "tenantId", revoked_at is not null as revoked from api_keys
    where id = ${keyId} ${tenantId === null ? sql`` : sql`and tenant_id = ${tenantId}`} for update`;
  if (key === undefined) return null;
  if (!key.revoked) await sql`update api_keys set revoked_at = now() where id = ${keyId}`;
  return { tenantId: key.tenantId, revokedNow: !key.revoked };
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const uuidOrNull = (text: string): string | null => (uuid.test(text) ? text : null);
