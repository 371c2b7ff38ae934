/** Roles inside a tenant, weakest first. An operator belongs to no tenant and stands apart. */
export const tenantRoles = ["agent", "supervisor", "admin"] as const;
export type TenantRole = (typeof tenantRoles)[number];
export type Role = TenantRole | "operator";

/** Is `role` at least `needed` inside a tenant? An operator has every tenant right where a route lets operators in. */
export function hasRole(role: Role, needed: TenantRole): boolean {
  if (role === "operator") return true;
  return tenantRoles.indexOf(role) >= tenantRoles.indexOf(needed);
}

export function isTenantRole(value: unknown): value is TenantRole {
  return typeof value === "string" && tenantRoles.some((role) => role === value);
}
