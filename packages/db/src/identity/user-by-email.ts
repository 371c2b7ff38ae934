import type { TenantRole } from "@deskpulse/domain/tenants/role";
import { and, asc, eq, isNull } from "drizzle-orm";
import { memberships } from "../schema/memberships.ts";
import { tenants } from "../schema/tenants.ts";
import { users } from "../schema/users.ts";
import type { EngineTx } from "../transaction.ts";

export interface UserMembership {
  readonly tenantId: string;
  readonly tenantName: string;
  readonly role: TenantRole;
}

export interface UserWithMemberships {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly passwordHash: string | null;
  readonly operator: "full" | "read-only" | null;
  readonly disabledAt: Date | null;
  readonly memberships: readonly UserMembership[];
}

/**
 * Who signs in with this e-mail (lower case), and to which tenants do they belong, by name? No memberships for an
 * operator or a newcomer. Indexes: users(email), unique; memberships(user_id). Null when nobody has it.
 */
export async function userByEmail(tx: EngineTx, email: string): Promise<UserWithMemberships | null> {
  const rows = await tx.orm
    .select({
      id: users.id,
      name: users.name,
      passwordHash: users.passwordHash,
      operator: users.operator,
      disabledAt: users.disabledAt,
      role: memberships.role,
      tenantId: tenants.id,
      tenantName: tenants.name,
    })
    .from(users)
    .leftJoin(memberships, and(eq(memberships.userId, users.id), isNull(memberships.endedAt)))
    .leftJoin(tenants, eq(tenants.id, memberships.tenantId))
    .where(eq(users.email, email))
    .orderBy(asc(tenants.name));
  const [user] = rows;
  if (user === undefined) return null;
  return {
    id: user.id,
    name: user.name,
    email,
    passwordHash: user.passwordHash,
    operator: user.operator,
    disabledAt: user.disabledAt,
    memberships: rows.flatMap(({ tenantId, tenantName, role }) =>
      tenantId === null || tenantName === null || role === null ? [] : [{ tenantId, tenantName, role }],
    ),
  };
}
