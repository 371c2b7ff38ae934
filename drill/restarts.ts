import type { RunStart } from "./ledger.ts";

/** A worker died (or froze) while it held these runs. */
export interface Loss {
  readonly atMs: number;
  readonly runIds: readonly string[];
}

/** How long each run that lost its worker waited for its next start, without the time that Redis was away. */
export function restartDelays(
  losses: readonly Loss[],
  starts: readonly RunStart[],
  outages: readonly { readonly fromMs: number; readonly toMs: number }[],
): number[] {
  return losses.flatMap(({ atMs, runIds }) =>
    runIds.flatMap((runId) => {
      const next = starts.find((start) => start.runId === runId && start.atMs > atMs);
      if (next === undefined) return [];
      const again = losses.some((other) => other.atMs > atMs && other.atMs < next.atMs && other.runIds.includes(runId));
      if (again) return []; // lost again before it said that it had started: that loss counts
      const away = outages
        .map(({ fromMs, toMs }) => Math.min(toMs, next.atMs) - Math.max(fromMs, atMs))
        .reduce((sum, ms) => sum + Math.max(0, ms), 0);
      return [next.atMs - atMs - away];
    }),
  );
}
