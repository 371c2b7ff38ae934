import { auditLog } from "../schema/audit-log.ts";
import type { EngineTx, TenantTx } from "../transaction.ts";

export interface AuditEntry {
  /** Null for an operator's act on the platform. */
  readonly tenantId: string | null;
  /** Id of the user or API key. */
  readonly actor: string;
  readonly act: string;
  /** What it was done to, as `kind:id`. */
  readonly object: string;
  readonly outcome: "done" | "refused" | "failed";
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Appends who did what to what. Serves itself: one row, no search. */
export async function insertAuditEntry(tx: EngineTx | TenantTx, entry: AuditEntry): Promise<void> {
  await tx.orm.insert(auditLog).values(entry);
}
