import { createHash } from "node:crypto";
import { randomNormal } from "d3-random";
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/** Numbers that follow from the words of its seed alone; two places with different words are independent. */
export class Random {
  readonly #next: () => number;
  readonly #normal: () => number;

  constructor(...seed: readonly (string | number)[]) {
    const digest = createHash("sha256").update(JSON.stringify(seed)).digest();
    const generator = xoroshiro128plus(digest.readInt32LE(0));
    this.#next = () => uniformFloat64(generator);
    this.#normal = randomNormal.source(this.#next)();
  }

  /** 0 <= x < 1 */
  share(): number {
    return this.#next();
  }

  chance(share: number): boolean {
    return this.#next() < share;
  }

  /** A whole number, 0 to below `count`. */
  below(count: number): number {
    return Math.floor(this.#next() * count);
  }

  pick<T>(items: readonly [T, ...T[]]): T {
    return items[this.below(items.length)] ?? items[0];
  }

  /** Half of the values lie below `median`; about two thirds within a factor of e^sigma of it. */
  logNormal(median: number, sigma: number): number {
    return median * Math.exp(sigma * this.#normal());
  }
}
