import { v7 as uuidv7 } from "uuid";
import type { EngineTx } from "../transaction.ts";

export const rollupFindingKind = "rollups-differ-from-facts";

/** What differed in a tenant's rollups. */
export interface RollupFinding {
  readonly differences: number;
  readonly days: number;
  /** The first of them, in words. */
  readonly example: string;
}

/**
 * Opens the finding of a tenant whose rollups differ, or sees it again; null resolves an open one. Index: findings_open.
 */
export async function recordRollupFinding(
  { sql }: EngineTx,
  tenantId: string,
  seen: RollupFinding | null,
): Promise<void> {
  if (seen === null) {
    await sql`
      update findings set resolved_at = now()
      where kind = ${rollupFindingKind} and subject = ${tenantId} and resolved_at is null`;
    return;
  }
  await sql`
    insert into findings (id, kind, subject, severity, confidence, evidence, benefit, risk, reason)
    values (${uuidv7()}, ${rollupFindingKind}, ${tenantId}, 'critical', 'high', ${JSON.stringify(seen)}::text::jsonb,
      'reports of these days equal their facts', 'none: what differs is made anew from the facts',
      'the days that differ were marked and are rolled up anew by themselves; find out what changed them')
    on conflict (kind, subject) where resolved_at is null do update
    set evidence = excluded.evidence, last_seen_at = now()`;
}
