import { and, desc, eq, gte, lt, sql } from "drizzle-orm";
import { auditLog } from "../schema/audit-log.ts";
import type { EngineTx, TenantTx } from "../transaction.ts";
import type { AuditEntry } from "./insert-audit-entry.ts";

export interface AuditFilter {
  /** Undefined: every entry that the transaction may see. */
  readonly tenantId: string | undefined;
  readonly actor: string | undefined;
  readonly act: string | undefined;
  readonly object: string | undefined;
  readonly fromMs: number | undefined;
  readonly toMs: number | undefined;
  /** Entries before this one. */
  readonly before: { readonly atMs: number; readonly id: number } | undefined;
  readonly limit: number;
}

export type StoredAuditEntry = AuditEntry & { readonly id: number; readonly at: Date };

/**
 * Who did what to what, newest first? Indexes: audit_log_tenant_at, for operators audit_log_at, with an actor or object
 * audit_log_actor or audit_log_object. Empty past the oldest and for an empty tenant.
 */
export async function listAudit(tx: EngineTx | TenantTx, filter: AuditFilter): Promise<StoredAuditEntry[]> {
  const { before } = filter;
  const rows = await tx.orm
    .select()
    .from(auditLog)
    .where(
      and(
        filter.tenantId === undefined ? undefined : eq(auditLog.tenantId, filter.tenantId),
        filter.actor === undefined ? undefined : eq(auditLog.actor, filter.actor),
        filter.act === undefined ? undefined : eq(auditLog.act, filter.act),
        filter.object === undefined ? undefined : eq(auditLog.object, filter.object),
        filter.fromMs === undefined ? undefined : gte(auditLog.at, instantOf(filter.fromMs)),
        filter.toMs === undefined ? undefined : lt(auditLog.at, instantOf(filter.toMs)),
        before === undefined
          ? undefined
          : sql`(${auditLog.at}, ${auditLog.id}) < (${instantOf(before.atMs)}, ${before.id})`,
      ),
    )
    .orderBy(desc(auditLog.at), desc(auditLog.id))
    .limit(filter.limit);
  // whoever writes an entry gives an object as its detail
  return rows.map(({ detail, ...row }) => ({ ...row, detail: detail as AuditEntry["detail"] }));
}

/** Computed by Postgres: it cannot read how JavaScript writes years beyond 9999 or before 1. */
const instantOf = (atMs: number) => sql`to_timestamp(${atMs}::float8 / 1000)`;
