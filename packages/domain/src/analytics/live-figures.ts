/** How many conversations stand how at an instant. */
export interface StandingNow {
  readonly open: number;
  readonly pending: number;
  readonly snoozed: number;
  readonly unattended: number;
  readonly unassigned: number;
  /** Open, and the customer has waited for an answer for longer than the target. */
  readonly waitingBeyondTarget: number;
  /** Milliseconds; null when nobody waits. */
  readonly longestWaitMs: number | null;
}

export interface QueueNow extends StandingNow {
  readonly kind: "inbox" | "team";
  readonly id: number;
  readonly name: string;
}

export interface LiveFigures extends StandingNow {
  readonly sampledAtMs: number;
  /** Conversations created in the last 5, 15 and 60 minutes. */
  readonly arrivals: { readonly minutes5: number; readonly minutes15: number; readonly minutes60: number };
  /** Agents who wrote something in the last 15 minutes. */
  readonly agentsActive: number;
  /** Inboxes and teams with something unresolved, the fullest first. */
  readonly queues: readonly QueueNow[];
}

/** As callers see them: times in ISO 8601, durations in seconds. `targetSeconds`: who waits for longer waits too long. */
export function presentLive(
  { sampledAtMs, queues, arrivals, agentsActive, ...whole }: LiveFigures,
  targetSeconds: number,
) {
  return {
    sampledAt: new Date(sampledAtMs).toISOString(),
    targetSeconds,
    ...inSeconds(whole),
    arrivals,
    agentsActive,
    queues: queues.map(({ kind, id, name, ...stands }) => ({ kind, id, name, ...inSeconds(stands) })),
  };
}

const inSeconds = ({ longestWaitMs, ...counts }: StandingNow) => ({
  ...counts,
  longestWaitSeconds: longestWaitMs === null ? null : longestWaitMs / 1_000,
});

/** Equal for figures that differ in nothing but the time that has passed: a wait grows by itself. */
export function liveSignature({ sampledAtMs: _, longestWaitMs: __, queues, ...counted }: LiveFigures): string {
  return JSON.stringify([counted, queues.map(({ longestWaitMs: ___, ...queue }) => queue)]);
}
