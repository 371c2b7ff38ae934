import { and, eq, sql } from "drizzle-orm";
import { importPositions } from "../schema/import-positions.ts";
import type { TenantTx } from "../transaction.ts";

/** How far has this import come? Index: primary key. Null when none is under way. */
export async function readImportPosition({ orm, tenantId }: TenantTx, source: string): Promise<number | null> {
  const [row] = await orm
    .select({ position: importPositions.position })
    .from(importPositions)
    .where(and(eq(importPositions.tenantId, tenantId), eq(importPositions.source, source)));
  return row?.position ?? null;
}

/** Notes how far it has come, in the transaction of what it took in. */
export async function writeImportPosition(
  { orm, tenantId }: TenantTx,
  source: string,
  position: number,
): Promise<void> {
  await orm
    .insert(importPositions)
    .values({ tenantId, source, position })
    .onConflictDoUpdate({
      target: [importPositions.tenantId, importPositions.source],
      set: { position, reachedAt: sql`now()` },
    });
}

/** It has ended: the next begins at the start, and finds what is new. */
export async function deleteImportPosition({ orm, tenantId }: TenantTx, source: string): Promise<void> {
  await orm
    .delete(importPositions)
    .where(and(eq(importPositions.tenantId, tenantId), eq(importPositions.source, source)));
}
