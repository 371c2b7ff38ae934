/** How much of a pool is asked for: postgres.js queues by itself and does not say how many wait. */
export class PoolUse {
  readonly connectionsMax: number;
  #asked = 0;

  constructor(connectionsMax: number) {
    this.connectionsMax = connectionsMax;
  }

  /** Counts `work`, which holds one connection or waits for one until it settles. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    this.#asked += 1;
    try {
      return await work();
    } finally {
      this.#asked -= 1;
    }
  }

  get inUse(): number {
    return Math.min(this.#asked, this.connectionsMax);
  }

  get waiting(): number {
    return Math.max(0, this.#asked - this.connectionsMax);
  }
}
