import type { Confidence, Evidence, Severity } from "@deskpulse/domain/performance/finding";

/** A stored finding. Times are epoch milliseconds. */
export interface Finding {
  readonly id: string;
  readonly kind: string;
  readonly subject: string;
  readonly severity: Severity;
  readonly confidence: Confidence;
  readonly evidence: Evidence;
  readonly benefit: string;
  readonly risk: string;
  readonly reason: string | null;
  readonly firstSeenAtMs: number;
  readonly lastSeenAtMs: number;
  readonly resolvedAtMs: number | null;
}

/** `select` list for a Finding. The alias of findings is `f`. */
export const findingColumns = `
  f.id, f.kind, f.subject, f.severity, f.confidence, f.evidence, f.benefit, f.risk, f.reason,
  (extract(epoch from f.first_seen_at) * 1000)::float8 as "firstSeenAtMs",
  (extract(epoch from f.last_seen_at) * 1000)::float8 as "lastSeenAtMs",
  (extract(epoch from f.resolved_at) * 1000)::float8 as "resolvedAtMs"`;
