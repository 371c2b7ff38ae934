import type { Random } from "./random.ts";

/** Ranks that are chosen by Zipf's law: rank r (from 0) with weight 1 / (r + 1)^exponent. */
export class Skewed {
  readonly #cumulative: Float64Array;

  constructor(count: number, exponent: number) {
    this.#cumulative = new Float64Array(count);
    let sum = 0;
    for (let rank = 0; rank < count; rank++) {
      sum += (rank + 1) ** -exponent;
      this.#cumulative[rank] = sum;
    }
  }

  rank(random: Random): number {
    return rankAt(this.#cumulative, random.share());
  }
}

/** The first index whose cumulative weight lies above this share (0 to below 1) of the whole. */
export function rankAt(cumulative: Float64Array, share: number): number {
  const wanted = share * (cumulative[cumulative.length - 1] ?? 0);
  let low = 0;
  let high = cumulative.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((cumulative[middle] ?? 0) > wanted) high = middle;
    else low = middle + 1;
  }
  return low;
}
