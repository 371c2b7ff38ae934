import { and, asc, eq, gt } from "drizzle-orm";
import { labels } from "../schema/labels.ts";
import type { TenantTx } from "../transaction.ts";

/** Which labels has the tenant, by id, after `afterId`? Index: primary key. Empty past the last. */
export async function listLabels(
  tx: TenantTx,
  page: { readonly afterId: number; readonly limit: number },
): Promise<{ readonly id: number; readonly name: string }[]> {
  return await tx.orm
    .select({ id: labels.id, name: labels.name })
    .from(labels)
    .where(and(eq(labels.tenantId, tx.tenantId), gt(labels.id, page.afterId)))
    .orderBy(asc(labels.id))
    .limit(page.limit);
}
