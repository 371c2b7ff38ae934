import type { actionBody, findingBody } from "@deskpulse/contract/performance/finding";
import type { Action } from "@deskpulse/db/performance/action-columns";
import type { Finding } from "@deskpulse/db/performance/finding-columns";
import type { z } from "zod";

const iso = (atMs: number): string => new Date(atMs).toISOString();
const isoOrNull = (atMs: number | null): string | null => (atMs === null ? null : iso(atMs));

/** A finding as operators see it. */
export function presentFinding(finding: Finding): z.input<typeof findingBody> {
  const { firstSeenAtMs, lastSeenAtMs, resolvedAtMs, evidence, ...rest } = finding;
  return {
    ...rest,
    evidence: { ...evidence },
    firstSeenAt: iso(firstSeenAtMs),
    lastSeenAt: iso(lastSeenAtMs),
    resolvedAt: isoOrNull(resolvedAtMs),
  };
}

export function presentAction(action: Action): z.input<typeof actionBody> {
  const { id, runId, state, command, schema, table, index, sql, undoSql, before, after, error } = action;
  return {
    id,
    runId,
    state,
    command,
    table: `${schema}.${table}`,
    index,
    sql,
    undoSql,
    before,
    after,
    error,
    plannedAt: iso(action.plannedAtMs),
    begunAt: isoOrNull(action.begunAtMs),
    appliedAt: isoOrNull(action.appliedAtMs),
    endedAt: isoOrNull(action.endedAtMs),
  };
}
