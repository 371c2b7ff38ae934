import type { Advice } from "./finding.ts";

/** An action whose effect was taken back, by a measurement or by a person. */
export interface UndoneAction {
  readonly kind: string;
  readonly subject: string;
  readonly undoneAtMs: number;
}

/** For how long an action that was undone is not tried again. */
export const restDays = 30;
const dayMs = 86_400_000;

/**
 * The same advice without actions that were undone within the last 30 days: the same table would give the same verdict,
 * and a person who undid something does not want it back. The finding stays, with the reason.
 */
export function withoutUndone(advice: readonly Advice[], undone: readonly UndoneAction[], nowMs: number): Advice[] {
  const recent = new Map(
    undone
      .filter(({ undoneAtMs }) => nowMs - undoneAtMs < restDays * dayMs)
      .map((action) => [`${action.kind}\0${action.subject}`, action]),
  );
  return advice.map((one) => {
    const before = recent.get(`${one.kind}\0${one.subject}`);
    if (before === undefined || one.action === null) return one;
    const at = new Date(before.undoneAtMs).toISOString();
    return { ...one, action: null, reason: `the same was undone at ${at}; it is not tried again for ${restDays} days` };
  });
}
