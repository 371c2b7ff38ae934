import type { TenantRole } from "@deskpulse/domain/tenants/role";
import { sql } from "drizzle-orm";
import { memberships } from "../schema/memberships.ts";
import { users } from "../schema/users.ts";

/** A user as a member of one tenant. */
export interface Member {
  readonly id: string;
  readonly tenantId: string;
  readonly name: string;
  readonly email: string | null;
  readonly role: TenantRole;
  readonly hasPassword: boolean;
  readonly disabled: boolean;
  readonly memberSince: Date;
}

/** The columns that make a Member. */
export const member = {
  id: users.id,
  tenantId: memberships.tenantId,
  name: users.name,
  email: users.email,
  role: memberships.role,
  hasPassword: sql<boolean>`${users.passwordHash} is not null`,
  disabled: sql<boolean>`${users.disabledAt} is not null`,
  memberSince: memberships.createdAt,
};
