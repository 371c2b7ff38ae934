/** After this many failures in a row nobody asks for a while: else every request would wait for a Redis that is stuck. */
const failuresMax = 3;
const pauseMs = 1_000;

/** Keeps requests away from what does not answer; lets one through per pause to see whether it does again. */
export class Breaker {
  #failures = 0;
  #closedUntilMs = 0;

  /** May this request ask? */
  admits(): boolean {
    if (this.#failures < failuresMax) return true;
    const nowMs = performance.now();
    if (nowMs < this.#closedUntilMs) return false;
    this.#closedUntilMs = nowMs + pauseMs;
    return true;
  }

  succeeded(): void {
    this.#failures = 0;
  }

  failed(): void {
    this.#failures += 1;
    if (this.#failures === failuresMax) this.#closedUntilMs = performance.now() + pauseMs;
  }
}
