import { ProblemError } from "@deskpulse/domain/errors";

const placesMax = 16;
const placesPerOwnerMax = 4;

/**
 * Bodies of bytes may be large: so many stand in this process' memory at once, and so many of one tenant, that neither
 * memory runs out nor one tenant takes all places.
 */
export class RawBodyPlaces {
  readonly #taken = new Map<string, number>();
  #total = 0;

  /** Throws ProblemError (too-many-requests, unavailable) at once when there is no place. */
  async hold<T>(owner: string, work: () => Promise<T>): Promise<T> {
    const own = this.#taken.get(owner) ?? 0;
    const again = { retryAfterSeconds: 1 };
    if (own >= placesPerOwnerMax) {
      throw new ProblemError("too-many-requests", `at most ${placesPerOwnerMax} such requests at once`, again);
    }
    if (this.#total >= placesMax) throw new ProblemError("unavailable", "too many such requests at once", again);
    this.#taken.set(owner, own + 1);
    this.#total += 1;
    try {
      return await work();
    } finally {
      const left = (this.#taken.get(owner) ?? 1) - 1;
      if (left === 0) this.#taken.delete(owner);
      else this.#taken.set(owner, left);
      this.#total -= 1;
    }
  }
}
