import type { WorkingHours } from "@deskpulse/domain/tenants/working-hours";
import { and, eq, inArray, sql } from "drizzle-orm";
import { inboxes } from "../schema/inboxes.ts";
import { tenants } from "../schema/tenants.ts";
import type { TenantTx } from "../transaction.ts";

export interface InboxHours {
  readonly id: number;
  readonly sourceKey: string;
  /** The inbox's own, else the tenant's; null when neither is set. */
  readonly hours: WorkingHours | null;
  /** IANA zone in which they are meant: the inbox's own, else the tenant's. */
  readonly timezone: string;
}

/**
 * When do people work on these inboxes (source keys; undefined: on all of the tenant)? Indexes: inboxes_source_key and
 * the primary keys. An empty tenant or list gives none.
 */
export async function readInboxHours(tx: TenantTx, sourceKeys?: readonly string[]): Promise<InboxHours[]> {
  if (sourceKeys?.length === 0) return [];
  const own = eq(inboxes.tenantId, tx.tenantId);
  return await tx.orm
    .select({
      id: inboxes.id,
      sourceKey: inboxes.sourceKey,
      // both columns hold what the schema of working hours let through
      hours: sql<WorkingHours | null>`coalesce(${inboxes.workingHours}, ${tenants.workingHours})`.mapWith(
        inboxes.workingHours,
      ),
      timezone: sql<string>`coalesce(${inboxes.timezone}, ${tenants.timezone})`,
    })
    .from(inboxes)
    .innerJoin(tenants, eq(tenants.id, inboxes.tenantId))
    .where(sourceKeys === undefined ? own : and(own, inArray(inboxes.sourceKey, [...sourceKeys])));
}
