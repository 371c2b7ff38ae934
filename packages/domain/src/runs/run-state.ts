/** Every state of a run. The last three are final. A retried run goes back from started to queued. */
export const runStates = ["queued", "started", "completed", "failed", "cancelled"] as const;
export type RunState = (typeof runStates)[number];

export const finalRunStates = ["completed", "failed", "cancelled"] as const;
export type FinalRunState = (typeof finalRunStates)[number];

export function isFinal(state: RunState): state is FinalRunState {
  return finalRunStates.some((final) => final === state);
}

/** Starts allowed beyond the errors allowed, before a run that takes its workers down goes to the dead letters. */
export const startsBeyondAttempts = 20;
