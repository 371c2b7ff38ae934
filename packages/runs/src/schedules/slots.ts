import type { CronExpression } from "cron-parser";
import { v7 as uuidv7 } from "uuid";
import { stretchAt } from "./clock-changes.ts";
import { isEveryHour, readCron } from "./cron.ts";

/** Ids in the order of creation. */
export const newScheduleId = (): string => uuidv7();

/** Clock changes that a search passes: leap days lie eight years apart at most, with two changes a year. */
const stretchesMax = 40;

/**
 * The slots of a cron expression in an IANA zone. A local time that a clock change skips fires once, as much later as
 * the clock was put forward; one that comes twice fires once, at the first. Only where the hour is free ("every ten
 * minutes") slots follow elapsed time through both. The search is in local time, as if it were UTC, between clock changes.
 */
export class Slots {
  readonly #cron: CronExpression;
  readonly #zone: string;

  private constructor(cron: CronExpression, zone: string) {
    this.#cron = cron;
    this.#zone = zone;
  }

  /** Null when the expression cannot be read or never comes. Throws RangeError for an unknown zone. */
  static read(cron: string, zone: string): Slots | null {
    const expression = readCron(cron);
    stretchAt(zone, Date.now());
    return expression === null ? null : new Slots(expression, zone);
  }

  /** The first slot after an instant, epoch milliseconds; null when none comes any more. */
  after(afterMs: number): number | null {
    let fromMs = afterMs;
    for (let stretches = 0; stretches < stretchesMax; stretches++) {
      const stretch = stretchAt(this.#zone, fromMs + 1);
      const { fromMs: changedMs, toMs, offsetMs, offsetBeforeMs } = stretch;
      let local = fromMs + offsetMs;
      const candidates: number[] = [];
      if (changedMs !== null && offsetMs < offsetBeforeMs && !isEveryHour(this.#cron)) {
        // put back: what came before the change does not come again
        local = Math.max(local, changedMs + offsetBeforeMs - 1);
      }
      if (changedMs !== null && offsetMs > offsetBeforeMs) {
        const skipped = this.#local(Math.max(fromMs, changedMs - 1) + offsetBeforeMs);
        if (skipped !== null && skipped < changedMs + offsetMs) candidates.push(skipped - offsetBeforeMs);
      }
      const regular = this.#local(local);
      if (regular !== null) candidates.push(regular - offsetMs);
      if (candidates.length === 0) return null;
      const first = Math.min(...candidates);
      if (toMs === null || first < toMs) return first;
      fromMs = toMs - 1; // the next stretch begins with the change itself
    }
    return null;
  }

  /** The next slots after an instant, at most `count`. */
  next(afterMs: number, count: number): number[] {
    const slots: number[] = [];
    let slot = this.after(afterMs);
    while (slot !== null && slots.length < count) {
      slots.push(slot);
      slot = slots.length < count ? this.after(slot) : null;
    }
    return slots;
  }

  /**
   * The newest slots of fromMs <= slot <= toMs, at most `count`, in order, and whether there are older ones. Looks back in
   * ever longer spans, so that a long outage costs no more than what it gives.
   */
  latest(fromMs: number, toMs: number, count: number): { readonly slots: readonly number[]; readonly older: boolean } {
    for (let spanMs = count * 1_000; ; spanMs *= 2) {
      const startMs = Math.max(fromMs, toMs - spanMs);
      const slots: number[] = [];
      for (let slot = this.after(startMs - 1); slot !== null && slot <= toMs; slot = this.after(slot)) slots.push(slot);
      if (slots.length > count) return { slots: slots.slice(-count), older: true };
      if (startMs === fromMs) return { slots, older: false };
    }
  }

  /** The first local time after another, both as if they were UTC; null when none comes within the search. */
  #local(afterMs: number): number | null {
    try {
      this.#cron.reset(new Date(afterMs));
      return this.#cron.next().getTime();
    } catch {
      return null;
    }
  }
}
