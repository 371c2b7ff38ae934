import { randomUUID } from "node:crypto";
import type { Database } from "@deskpulse/db/connect";
import type { TenantRole } from "@deskpulse/domain/tenants/role";
import { newApiKey } from "../src/api-key.ts";
import { hashPassword } from "../src/password.ts";

/** Rows that identity reads, written past row-level security by the login that owns the test database. */
export async function addTenant(database: Database, name: string): Promise<string> {
  const id = randomUUID();
  await database.sql`insert into tenants (id, name) values (${id}, ${name})`;
  return id;
}

export async function addUser(
  database: Database,
  user: {
    readonly email: string;
    readonly password?: string;
    readonly operator?: "full" | "read-only";
    readonly disabled?: boolean;
    readonly memberships?: readonly (readonly [tenantId: string, role: TenantRole])[];
  },
): Promise<string> {
  const id = randomUUID();
  const hash = user.password === undefined ? null : await hashPassword(user.password);
  await database.sql`
    insert into users (id, name, email, password_hash, operator, disabled_at)
    values (${id}, ${user.email}, ${user.email}, ${hash}, ${user.operator ?? null}, ${user.disabled ? new Date() : null})`;
  for (const [tenantId, role] of user.memberships ?? []) {
    await database.sql`insert into memberships (tenant_id, user_id, role) values (${tenantId}, ${id}, ${role})`;
  }
  return id;
}

export async function addApiKey(
  database: Database,
  key: { readonly tenantId: string; readonly role: TenantRole; readonly expiresAt?: Date; readonly revokedAt?: Date },
): Promise<{ readonly id: string; readonly secret: string }> {
  const id = randomUUID();
  const { secret, secretHash } = newApiKey();
  await database.sql`
    insert into api_keys (id, tenant_id, name, role, secret_hash, expires_at, revoked_at)
    values (${id}, ${key.tenantId}, 'key', ${key.role}, ${secretHash}, ${key.expiresAt ?? null}, ${key.revokedAt ?? null})`;
  return { id, secret };
}
