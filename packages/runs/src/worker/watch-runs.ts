import type { Database } from "@deskpulse/db/connect";
import { beat, signOff } from "@deskpulse/db/jobs/beat";
import { heldRuns } from "@deskpulse/db/jobs/held-runs";
import { releaseRuns } from "@deskpulse/db/jobs/release-runs";
import { asEngine } from "@deskpulse/db/transaction";
import { heartbeatMs } from "../lock-times.ts";
import type { RunLog } from "../run-service.ts";
import { CancelRequested, ClaimLost } from "./abort-reasons.ts";
import type { ActiveRuns } from "./active-runs.ts";

export interface WorkerIdentity {
  readonly id: string;
  readonly hostname: string;
  readonly pid: number;
  readonly version: string;
}

/**
 * Once a second: says that this worker lives, and looks at its own runs. Asked to stop: aborts them. Lost to another
 * worker: aborts them. Held without knowing (an answer got lost): gives them back.
 */
export class RunWatch {
  readonly #database: Database;
  readonly #worker: WorkerIdentity;
  readonly #runs: ActiveRuns;
  readonly #log: RunLog;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;
  #stopped = false;

  constructor(database: Database, worker: WorkerIdentity, runs: ActiveRuns, log: RunLog) {
    this.#database = database;
    this.#worker = worker;
    this.#runs = runs;
    this.#log = log;
  }

  /** Resolves when the first heartbeat is stored: before it no claim may be made. Rejects when Postgres is away. */
  async start(): Promise<void> {
    await asEngine(this.#database, (tx) => beat(tx, this.#worker));
    this.#schedule();
  }

  /** Looks now; one look at a time. */
  lookNow(): Promise<void> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#looking;
    await asEngine(this.#database, (tx) => signOff(tx, this.#worker.id)).catch((error: unknown) =>
      this.#log.warn({ err: error }, "could not sign off; the heartbeat will run out"),
    );
  }

  #schedule(): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => void this.lookNow().finally(() => this.#schedule()), heartbeatMs);
  }

  async #look(): Promise<void> {
    const mine = this.#runs.all();
    const uncertain = [...this.#runs.uncertain];
    try {
      const { held, released } = await asEngine(this.#database, async (tx) => {
        await beat(tx, this.#worker);
        const idle = uncertain.filter((id) => this.#runs.get(id) === undefined);
        return {
          held:
            mine.length === 0
              ? []
              : await heldRuns(
                  tx,
                  this.#worker.id,
                  mine.map(({ claim }) => claim.id),
                ),
          released: idle.length === 0 ? [] : await releaseRuns(tx, this.#worker.id, idle),
        };
      });
      for (const id of uncertain) this.#runs.uncertain.delete(id);
      if (released.length > 0) this.#log.warn({ runs: released }, "gave back runs whose answer got lost");
      const byId = new Map(held.map((run) => [run.id, run]));
      for (const { claim, abort } of mine) {
        const found = byId.get(claim.id);
        if (found === undefined || found.starts !== claim.starts) {
          // it may have ended by its own hand between the look and now
          if (this.#runs.get(claim.id)?.abort === abort) abort.abort(new ClaimLost("the run is not ours any more"));
        } else if (found.cancelRequested) abort.abort(new CancelRequested("cancelled on request"));
      }
    } catch (error) {
      this.#log.warn({ err: error }, "could not look after the runs of this worker");
    }
  }
}
