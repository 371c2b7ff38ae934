import { ProblemError } from "@deskpulse/domain/errors";

export interface SlotsOptions {
  /** Pieces of work at the same time. */
  readonly running: number;
  /** Pieces of work that may wait for a slot; one more is refused. */
  readonly waiting: number;
}

/** Runs a piece of work as soon as a slot is free, in order of arrival; throws too-many-requests when too many wait. */
export type Slots = <T>(work: () => Promise<T>) => Promise<T>;

/** Bounds costly work in this process: what runs at once, and what may wait. */
export function createSlots({ running, waiting }: SlotsOptions): Slots {
  const queue: (() => void)[] = [];
  let free = running;

  return async (work) => {
    if (free > 0) free--;
    else if (queue.length >= waiting) {
      throw new ProblemError("too-many-requests", "Too many people are signing in at this moment. Try again shortly.", {
        retryAfterSeconds: 1,
      });
    } else await new Promise<void>((resolve) => queue.push(resolve));
    try {
      return await work();
    } finally {
      // The slot goes straight to the next in line, so that a newcomer cannot overtake.
      const next = queue.shift();
      if (next === undefined) free++;
      else next();
    }
  };
}
