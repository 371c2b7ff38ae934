import type { Caller } from "@deskpulse/domain/tenants/caller";
import { isTenantRole } from "@deskpulse/domain/tenants/role";

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** Printable and short: the subject ends up in rows, rooms and logs. */
const subject = /^[\x21-\x7e]{1,200}$/;

/** The caller that verified claims describe; null when they are incomplete, malformed or contradict each other. */
export function callerFromClaims(claims: Readonly<Record<string, unknown>>): Caller | null {
  const { sub, exp, role, tenant, readOnly } = claims;
  if (typeof sub !== "string" || !subject.test(sub) || typeof exp !== "number") return null;
  const identity = { subject: sub, expiresAtMs: exp * 1000 };
  if (role === "operator") {
    if (tenant !== undefined || (readOnly !== undefined && typeof readOnly !== "boolean")) return null;
    return { ...identity, role, tenantId: null, readOnly: readOnly === true };
  }
  // Only operators can be read-only: a token that asks for less than its role gives must not get more.
  if (!isTenantRole(role) || (readOnly !== undefined && readOnly !== false)) return null;
  if (typeof tenant !== "string" || !uuid.test(tenant)) return null;
  return { ...identity, role, tenantId: tenant.toLowerCase(), readOnly: false };
}
