import type { Database } from "@deskpulse/db/connect";
import { readEndedRuns } from "@deskpulse/db/jobs/read-run";
import { asEngine } from "@deskpulse/db/transaction";
import type { Run } from "@deskpulse/domain/runs/run";
import { isFinal } from "@deskpulse/domain/runs/run-state";
import type { PushEvent } from "@deskpulse/push/push-event";

/** Requests of one process that may wait; the next is answered 202 at once. */
const waitingMax = 500;
/** Hints may be lost: the waited-for runs are read this often anyway, all in one query. */
const readEveryMs = 1_000;

interface Waiter {
  readonly resolve: (run: Run | null) => void;
}

/** Lets requests wait for the end of runs without holding a database connection. */
export class RunWaiters {
  readonly #database: Database;
  readonly #onError: (error: unknown) => void;
  readonly #waiters = new Map<string, Set<Waiter>>();
  readonly #timer: NodeJS.Timeout;
  #waiting = 0;
  #reading: Promise<void> | undefined;
  readonly #toRead = new Set<string>();

  constructor(database: Database, onError: (error: unknown) => void) {
    this.#database = database;
    this.#onError = onError;
    this.#timer = setInterval(() => this.#read([...this.#waiters.keys()]), readEveryMs);
    this.#timer.unref();
  }

  /** The run once it has ended; null when that takes longer than `waitMs`, the caller leaves, or too many wait. */
  async wait(runId: string, waitMs: number, left: AbortSignal): Promise<Run | null> {
    if (waitMs <= 0 || this.#waiting >= waitingMax || left.aborted) return null;
    this.#waiting++;
    return await new Promise<Run | null>((resolve) => {
      const end = (run: Run | null): void => {
        clearTimeout(timer);
        left.removeEventListener("abort", leave);
        const waiters = this.#waiters.get(runId);
        if (waiters?.delete(waiter)) this.#waiting--;
        if (waiters?.size === 0) this.#waiters.delete(runId);
        resolve(run);
      };
      const leave = (): void => end(null);
      const waiter: Waiter = { resolve: end };
      const timer = setTimeout(leave, waitMs);
      left.addEventListener("abort", leave);
      const waiters = this.#waiters.get(runId) ?? new Set();
      this.#waiters.set(runId, waiters.add(waiter));
      // it may have ended before anyone waited for it
      this.#read([runId]);
    });
  }

  /** Takes hints; the run itself is then read. */
  onHints(events: readonly PushEvent[]): void {
    const ended = events.flatMap((event) =>
      event.kind === "run" && isFinal(event.state) && this.#waiters.has(event.runId) ? [event.runId] : [],
    );
    if (ended.length > 0) this.#read(ended);
  }

  stop(): void {
    clearInterval(this.#timer);
    for (const waiters of [...this.#waiters.values()]) for (const { resolve } of [...waiters]) resolve(null);
  }

  #read(runIds: readonly string[]): void {
    for (const id of runIds) this.#toRead.add(id);
    if (this.#toRead.size === 0) return;
    this.#reading ??= this.#readAll().finally(() => {
      this.#reading = undefined;
      if (this.#toRead.size > 0) this.#read([]);
    });
  }

  async #readAll(): Promise<void> {
    await new Promise<void>((resolve) => setImmediate(resolve));
    const ids = [...this.#toRead];
    this.#toRead.clear();
    try {
      for (const run of await asEngine(this.#database, (tx) => readEndedRuns(tx, ids))) {
        for (const { resolve } of [...(this.#waiters.get(run.id) ?? [])]) resolve(run);
      }
    } catch (error) {
      this.#onError(error);
    }
  }
}
