import { insertApiKey } from "@deskpulse/db/identity/change-api-keys";
import { insertAuditEntry } from "@deskpulse/db/identity/insert-audit-entry";
import { newApiKey } from "@deskpulse/identity/api-key";
import type { Handler } from "../http/handler.ts";
import { changingTenant, tenantOf } from "../tenants/tenant-of.ts";
import { presentApiKey } from "./present-api-key.ts";

export const createApiKey: Handler<"createApiKey"> = async ({ body, caller }, { database }) => {
  const tenantId = tenantOf(caller, body.tenantId, "/tenantId");
  const { name, role } = body;
  const expiresAt = body.expiresAt === undefined ? null : new Date(body.expiresAt);
  const { id, secret, secretHash } = newApiKey();
  const made = await changingTenant(database, tenantId, async (tx) => {
    const key = { id, tenantId, name, role, secretHash, creator: caller.subject, expiresAt };
    const stored = await insertApiKey(tx, key);
    await insertAuditEntry(tx, {
      tenantId,
      actor: caller.subject,
      act: "create-api-key",
      object: `api-key:${id}`,
      outcome: "done",
      detail: { name, role, expiresAt: expiresAt?.toISOString() ?? null },
    });
    return presentApiKey({ ...key, ...stored, revokedAt: null, lastUsedAt: null });
  });
  return { status: 201, body: { ...made, secret }, headers: { "cache-control": "no-store" } };
};
