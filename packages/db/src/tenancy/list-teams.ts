import { and, asc, eq, gt } from "drizzle-orm";
import { teams } from "../schema/teams.ts";
import type { TenantTx } from "../transaction.ts";

/** Which teams has the tenant, by id, after `afterId`? Index: primary key. Empty past the last. */
export async function listTeams(
  tx: TenantTx,
  page: { readonly afterId: number; readonly limit: number },
): Promise<{ readonly id: number; readonly name: string }[]> {
  return await tx.orm
    .select({ id: teams.id, name: teams.name })
    .from(teams)
    .where(and(eq(teams.tenantId, tx.tenantId), gt(teams.id, page.afterId)))
    .orderBy(asc(teams.id))
    .limit(page.limit);
}
