import type { LocalClock } from "./local-clock.ts";
import type { Random } from "./random.ts";
import { rankAt } from "./skewed.ts";

const hourMs = 3_600_000;

/** How much comes in per local hour of a working day, 0:00 first: two humps and a quiet night. */
const dailyShape = [
  0.1, 0.07, 0.05, 0.05, 0.06, 0.1, 0.2, 0.42, 0.8, 1.12, 1.25, 1.18, 0.95, 1, 1.15, 1.1, 0.98, 0.8, 0.6, 0.48, 0.4,
  0.32, 0.22, 0.15,
];
/** Monday to Sunday. */
const weeklyShape = [1.18, 1.1, 1.04, 1, 0.94, 0.42, 0.34];
/** Good and bad days differ by about this factor's logarithm. */
const dailyNoise = 0.16;
/** Volume grows by this share over the span. */
const growth = 0.25;

/** How many times as much as on an average day comes in on the day of this hour of the week (0 to 167), with noise. */
export function dayWeight(hourOfWeek: number, random: Random): number {
  return (weeklyShape[Math.floor(hourOfWeek / 24)] ?? 1) * random.logNormal(1, dailyNoise);
}

/** When conversations begin: a daily and weekly shape on the tenant's clock, with noise of whole days. */
export class Arrivals {
  readonly #from: number;
  readonly #until: number;
  readonly #cumulative: Float64Array;

  constructor(clock: LocalClock, from: number, until: number, random: Random) {
    this.#from = from;
    this.#until = until;
    const hours = Math.max(1, Math.ceil((until - from) / hourMs));
    this.#cumulative = new Float64Array(hours);
    let sum = 0;
    let noise = 1;
    for (let hour = 0; hour < hours; hour++) {
      if (hour % 24 === 0) noise = random.logNormal(1, dailyNoise);
      const hourOfWeek = clock.hourOfWeek(from + hour * hourMs);
      const shape = (dailyShape[hourOfWeek % 24] ?? 1) * (weeklyShape[Math.floor(hourOfWeek / 24)] ?? 1);
      sum += shape * noise * (1 + (growth * hour) / hours);
      this.#cumulative[hour] = sum;
    }
  }

  /** The beginning of the conversation at this share (0 to below 1) of all, epoch milliseconds; rises with the share. */
  at(share: number): number {
    const hour = rankAt(this.#cumulative, share);
    const before = hour === 0 ? 0 : (this.#cumulative[hour - 1] ?? 0);
    const weight = (this.#cumulative[hour] ?? 0) - before;
    const within = (share * (this.#cumulative[this.#cumulative.length - 1] ?? 0) - before) / weight;
    const at = Math.floor(this.#from + (hour + Math.min(Math.max(within, 0), 1)) * hourMs);
    return Math.min(at, this.#until - 1);
  }
}
