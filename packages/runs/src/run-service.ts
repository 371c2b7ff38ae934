import type { Database } from "@deskpulse/db/connect";
import type { NewRun } from "@deskpulse/db/jobs/insert-runs";
import { insertRun, insertRunsStatement } from "@deskpulse/db/jobs/insert-runs";
import { engineStatement } from "@deskpulse/db/single-statement";
import type { EngineTx, TenantTx } from "@deskpulse/db/transaction";
import { ProblemError } from "@deskpulse/domain/errors";
import type { Run } from "@deskpulse/domain/runs/run";
import type { Publisher } from "@deskpulse/push/publisher";
import { groupCalls } from "./group-calls.ts";
import type { Handover, RunToHandOver } from "./handover.ts";
import { newRun, type RunRequest, runFromNew } from "./new-run.ts";

export interface RunLog {
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  info(fields: object, message: string): void;
}

export interface RunToAnnounce extends RunToHandOver {
  readonly createdBy: string;
  /** Of a run that is new; of others a reader has to look what has become of them. */
  readonly createdAtMs?: number;
}

export interface RunServiceOptions {
  readonly database: Database;
  readonly handover: Handover;
  readonly publisher: Publisher;
  readonly log: RunLog;
}

/** Committed runs that may wait in this process for Redis to take them; the sweep hands over what comes beyond. */
const runsToHandOverMax = 50_000;

/** Starts runs: stores them in Postgres, then hands them to BullMQ. One per process. */
export class RunService {
  readonly database: Database;
  readonly handover: Handover;
  readonly publisher: Publisher;
  readonly log: RunLog;
  readonly #store: (run: NewRun) => Promise<boolean>;
  readonly #handingOver = new Set<Promise<void>>();
  #runsToHandOver = 0;
  #awayLogged = false;

  constructor(options: RunServiceOptions) {
    this.database = options.database;
    this.handover = options.handover;
    this.publisher = options.publisher;
    this.log = options.log;
    this.#store = groupCalls<NewRun, boolean>({
      groupMax: 200,
      groupsInFlightMax: 2,
      alongsideMin: 100,
      waitingMax: 10_000,
      run: async (runs) => {
        const rows = await engineStatement<{ id: string }>(this.database, insertRunsStatement(runs));
        const stored = new Set(rows.map(({ id }) => id));
        const added = runs.filter(({ id }) => stored.has(id));
        this.announce(added.map((run) => ({ ...run, handover: 1 })));
        return runs.map(({ id }) => stored.has(id));
      },
    });
  }

  /**
   * Starts a run that no domain row belongs to; resolves once it is committed in Postgres, whatever Redis does.
   * Concurrent calls share one INSERT. Throws ProblemError (conflict) when an equal shared run is under way: callers
   * that want to join it use `startShared`.
   */
  async enqueue(request: RunRequest): Promise<Run> {
    const run = newRun(request);
    if (!(await this.#store(run))) throw new ProblemError("conflict", "an equal run is under way");
    return runFromNew(run);
  }

  /**
   * Starts a run inside the caller's transaction, beside the domain rows it belongs to. The caller passes the returned
   * run to `announce` after the commit. Null when an equal shared run is under way.
   */
  async enqueueIn(tx: TenantTx | EngineTx, request: RunRequest): Promise<NewRun | null> {
    const run = newRun(request);
    return (await insertRun(tx, run)) ? run : null;
  }

  /** Hands committed runs to BullMQ and hints that they are queued, both in the background: the sweep repairs both. */
  announce(runs: readonly RunToAnnounce[]): void {
    if (runs.length === 0) return;
    for (const run of runs) {
      const { id: runId, tenantId, createdBy, job, createdAtMs } = run;
      const told = { kind: "run", runId, tenantId, createdBy, state: "queued" } as const;
      const untouched = { job, attempts: 0, starts: 0, problem: null, result: null };
      this.publisher.publish(
        createdAtMs === undefined ? told : { ...told, committed: { ...untouched, atMs: createdAtMs } },
      );
    }
    this.handOver(runs);
  }

  /** The same without a hint. */
  handOver(runs: readonly RunToHandOver[]): void {
    if (this.#runsToHandOver + runs.length > runsToHandOverMax) {
      this.log.warn({ runs: runs.length }, "too many runs wait to be handed to BullMQ; the sweep will");
      return;
    }
    this.#runsToHandOver += runs.length;
    const adding = this.handover
      .add(runs)
      .then(
        () => {
          this.#awayLogged = false;
        },
        (error: unknown) => {
          if (!this.#awayLogged)
            this.log.warn({ err: error, runs: runs.length }, "could not hand runs to BullMQ; the sweep will");
          this.#awayLogged = true;
        },
      )
      .finally(() => {
        this.#runsToHandOver -= runs.length;
        this.#handingOver.delete(adding);
      });
    this.#handingOver.add(adding);
  }

  /** Waits for hand-overs under way. */
  async stop(): Promise<void> {
    await Promise.all(this.#handingOver);
    await this.publisher.flush();
    await this.handover.close();
  }
}
