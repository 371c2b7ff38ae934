import type { InstantRange } from "@deskpulse/domain/time/buckets";
import { quarterMs } from "@deskpulse/domain/time/local-days";

/** Quarter hours (first instants, ascending) as stretches: those that follow each other are one. */
export function joinedQuarters(startsMs: readonly number[]): InstantRange[] {
  const spans: { fromMs: number; toMs: number }[] = [];
  for (const at of startsMs) {
    const last = spans.at(-1);
    if (last !== undefined && last.toMs === at) last.toMs = at + quarterMs;
    else spans.push({ fromMs: at, toMs: at + quarterMs });
  }
  return spans;
}
