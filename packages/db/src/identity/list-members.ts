import { and, asc, eq, gt, isNull } from "drizzle-orm";
import { memberships } from "../schema/memberships.ts";
import { users } from "../schema/users.ts";
import type { TenantTx } from "../transaction.ts";
import { type Member, member } from "./member.ts";

/** Who belongs to the tenant, by id, after `afterId`? Index: primary key of memberships. Empty past the last. */
export async function listMembers(
  tx: TenantTx,
  page: { readonly afterId: string | undefined; readonly limit: number },
): Promise<Member[]> {
  return await tx.orm
    .select(member)
    .from(memberships)
    .innerJoin(users, eq(users.id, memberships.userId))
    .where(
      and(
        eq(memberships.tenantId, tx.tenantId),
        isNull(memberships.endedAt),
        page.afterId === undefined ? undefined : gt(memberships.userId, page.afterId),
      ),
    )
    .orderBy(asc(memberships.userId))
    .limit(page.limit);
}
