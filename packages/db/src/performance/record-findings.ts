import type { Advice, DatabaseFindingKind } from "@deskpulse/domain/performance/finding";
import { v7 as uuidv7 } from "uuid";
import type { EngineTx } from "../transaction.ts";

export interface FindingsSeen {
  /** What was seen now, of all kinds that were looked for. */
  readonly advice: readonly Advice[];
  readonly kinds: readonly DatabaseFindingKind[];
  /** Not everything was seen: what is missing may still be there, and stays open. */
  readonly truncated: boolean;
}

/**
 * Stores what advisors saw: a finding that is open already is seen again, one of these kinds that is not seen any more
 * is resolved, together with the plans for it that nobody began. Returns the ids of findings in the order of the advice.
 * Index: findings_open.
 */
export async function recordFindings({ sql }: EngineTx, seen: FindingsSeen): Promise<string[]> {
  const rows = seen.advice.map(({ evidence, table, action: _action, ...rest }, at) => ({
    ...rest,
    id: uuidv7(),
    at,
    evidence: { table, ...evidence },
  }));
  const stored = await sql<{ id: string }[]>`
    with said as (
      select * from json_to_recordset(${JSON.stringify(rows)}::text::json) as s(
        id uuid, at int, kind text, subject text, severity text, confidence text, evidence jsonb, benefit text, risk text,
        reason text)
    ), stored as (
      insert into findings (id, kind, subject, severity, confidence, evidence, benefit, risk, reason)
      select id, kind, subject, severity, confidence, evidence, benefit, risk, reason from said
      on conflict (kind, subject) where resolved_at is null do update
      set severity = excluded.severity, confidence = excluded.confidence, evidence = excluded.evidence,
        benefit = excluded.benefit, risk = excluded.risk, reason = excluded.reason, last_seen_at = now()
      returning id, kind, subject
    )
    select stored.id from said join stored using (kind, subject) order by said.at`;
  const ids = stored.map(({ id }) => id);
  if (!seen.truncated) {
    await sql`
      update findings set resolved_at = now()
      where resolved_at is null and kind in (select json_array_elements_text(${JSON.stringify(seen.kinds)}::text::json))
        and id not in (select json_array_elements_text(${JSON.stringify(ids)}::text::json)::uuid)`;
  }
  await sql`
    delete from actions a using findings f
    where f.id = a.finding_id and a.state = 'planned' and a.begun_at is null
      and (f.resolved_at is not null or f.reason is not null)`;
  return ids;
}
