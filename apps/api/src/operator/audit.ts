import { type AuditEntry, insertAuditEntry } from "@deskpulse/db/identity/insert-audit-entry";
import { asEngine } from "@deskpulse/db/transaction";
import type { OperatorDeskOptions } from "./desk-options.ts";

export type DeskAct = Omit<AuditEntry, "tenantId">;

/** Writes what an operator did or was refused to the audit log. When Postgres refuses it, the log keeps it. */
export async function writeAudit(
  { database, log }: Pick<OperatorDeskOptions, "database" | "log">,
  act: DeskAct,
): Promise<void> {
  try {
    await asEngine(database, (tx) => insertAuditEntry(tx, { tenantId: null, ...act }));
  } catch (error) {
    log.error({ err: error, ...act }, "an operator's act could not be written to the audit log");
    throw error;
  }
}
