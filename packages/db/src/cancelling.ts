import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Database } from "./connect.ts";

const triesMax = 20;
const betweenTriesMs = 50;

let lastMark = randomBytes(8).readBigInt64BE();

/**
 * A number that no other transaction of the server has. A transaction holds it as an advisory lock, by which its backend is
 * found without waiting for an answer, also behind a pooler. Counted from a random start, wrapped at 64 bits, as text.
 */
export function nextMark(): string {
  lastMark = BigInt.asIntN(64, lastMark + 1n);
  return lastMark.toString();
}

/** Cancels the statement in flight of the transaction that holds the mark. Best effort: the fence refuses the rest. */
export class Cancelling {
  readonly #database: Database;
  readonly #mark: string;
  #over = false;

  constructor(database: Database, mark: string) {
    this.#database = database;
    this.#mark = mark;
  }

  readonly start = (): void => void this.#cancel().catch(() => undefined);

  stop(): void {
    this.#over = true;
  }

  async #cancel(): Promise<void> {
    // Its opening may still be on the way: then nobody holds the mark yet.
    for (let tries = 0; tries < triesMax && !this.#over; tries++) {
      // Beside the pool, which may be full of what is to be cancelled. Only the holder: its backend may serve others next.
      const cancelled = await this.#database.beside`
        select pg_cancel_backend(pid) from pg_locks
        where locktype = 'advisory' and objsubid = 1 and (classid::bigint << 32 | objid::bigint) = ${this.#mark}::bigint
          and database = (select oid from pg_database where datname = current_database())`;
      if (cancelled.length > 0) return;
      await sleep(betweenTriesMs, undefined, { ref: false });
    }
  }
}
