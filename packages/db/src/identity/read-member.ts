import { and, eq, isNull } from "drizzle-orm";
import { memberships } from "../schema/memberships.ts";
import { users } from "../schema/users.ts";
import type { EngineTx, TenantTx } from "../transaction.ts";
import { type Member, member } from "./member.ts";

/** Who is this member of the tenant? Null for anybody who does not belong to it now. Indexes: primary keys. */
export async function readMember(tx: EngineTx | TenantTx, tenantId: string, userId: string): Promise<Member | null> {
  const [row] = await tx.orm
    .select(member)
    .from(memberships)
    .innerJoin(users, eq(users.id, memberships.userId))
    .where(and(eq(memberships.tenantId, tenantId), eq(memberships.userId, userId), isNull(memberships.endedAt)));
  return row ?? null;
}
