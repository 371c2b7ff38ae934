import type { Database } from "@deskpulse/db/connect";
import { type QueueDepth, queueDepths } from "@deskpulse/db/jobs/queue-depths";
import { asEngine } from "@deskpulse/db/transaction";
import { lockMs } from "@deskpulse/runs/lock-times";

const knownForMs = 5_000;

/** How much waits in Postgres, asked once in 5 s however many boards poll. */
export class KnownDepths {
  readonly #database: Database;
  #asked: Promise<readonly QueueDepth[]> | undefined;
  #askedAtMs = Number.NEGATIVE_INFINITY;
  /** The newest answer; empty before the first, and when Postgres did not say. */
  latest: readonly QueueDepth[] = [];

  constructor(database: Database) {
    this.#database = database;
  }

  /** Never rejects: a board without these figures is better than none. */
  async refresh(): Promise<void> {
    if (performance.now() - this.#askedAtMs >= knownForMs) {
      this.#askedAtMs = performance.now();
      this.#asked = asEngine(this.#database, (tx) => queueDepths(tx, lockMs), { statementTimeoutMs: 2_000 }).catch(
        () => [],
      );
    }
    if (this.#asked !== undefined) this.latest = await this.#asked;
  }
}
