import type { apiKeyBody } from "@deskpulse/contract/identity/api-key";
import type { TenantRole } from "@deskpulse/domain/tenants/role";
import type { z } from "zod";

interface StoredApiKey {
  readonly id: string;
  readonly name: string;
  readonly role: TenantRole;
  readonly createdBy: string | null;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
  readonly lastUsedAt: Date | null;
}

/** A key as callers see it, its secret's hash left out. */
export const presentApiKey = (key: StoredApiKey): z.input<typeof apiKeyBody> => ({
  id: key.id,
  name: key.name,
  role: key.role,
  createdBy: key.createdBy,
  createdAt: key.createdAt.toISOString(),
  expiresAt: key.expiresAt?.toISOString() ?? null,
  revokedAt: key.revokedAt?.toISOString() ?? null,
  lastUsedAt: key.lastUsedAt?.toISOString() ?? null,
});
