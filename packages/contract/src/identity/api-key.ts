import { tenantRoles } from "@deskpulse/domain/tenants/role";
import { z } from "zod";

const time = z.iso.datetime();
export const keyId = z.uuid().toLowerCase();
export const keyRole = z.enum(tenantRoles);

/** An API key without its secret, which nobody can read again. */
export const apiKeyBody = z.strictObject({
  id: keyId,
  name: z.string(),
  role: keyRole,
  /** The user who made it; null when that was another key, an operator of elsewhere or a user who is gone. */
  createdBy: z.uuid().nullable(),
  createdAt: time,
  expiresAt: time.nullable(),
  revokedAt: time.nullable(),
  /** To the minute. */
  lastUsedAt: time.nullable(),
});
export const apiKeyList = z.strictObject({ items: z.array(apiKeyBody), nextCursor: keyId.nullable() });

/** The answer to who makes a key: the only time that its secret is shown. */
export const newApiKeyBody = z.strictObject({ ...apiKeyBody.shape, secret: z.string() });
