import type { Database } from "@deskpulse/db/connect";
import { type ClaimedRun, claimRunsStatement } from "@deskpulse/db/jobs/claim-runs";
import { type EndedRun, finishRunsStatement, type RunEnd } from "@deskpulse/db/jobs/finish-runs";
import { releaseRuns } from "@deskpulse/db/jobs/release-runs";
import { recordLastError, requeueRun } from "@deskpulse/db/jobs/requeue-run";
import { whyNotClaimed } from "@deskpulse/db/jobs/why-not-claimed";
import { engineStatement } from "@deskpulse/db/single-statement";
import { asEngine } from "@deskpulse/db/transaction";
import type { RunProblem } from "@deskpulse/domain/runs/run";
import type { RunState } from "@deskpulse/domain/runs/run-state";
import type { JobDefinition } from "@deskpulse/jobs/define-job";
import type { Publisher } from "@deskpulse/push/publisher";
import { type CommittedState, hintResultLengthMax } from "@deskpulse/push/push-event";
import { groupCalls } from "../group-calls.ts";
import { lockMs } from "../lock-times.ts";
import type { RunLog } from "../run-service.ts";
import type { ActiveRuns } from "./active-runs.ts";
import { executeRun, type Outcome } from "./execute-run.ts";
import type { Processor } from "./processor.ts";
import type { ProgressLog } from "./progress-log.ts";
import type { AttemptOutcome, RunObserver } from "./run-observer.ts";

/** What BullMQ is to do with a delivery afterwards. */
export type Delivered =
  | { readonly kind: "done"; readonly result: unknown }
  | { readonly kind: "failed"; readonly reason: string }
  | { readonly kind: "later"; readonly atMs: number };

export interface DeliverOptions {
  readonly database: Database;
  readonly workerId: string;
  readonly runs: ActiveRuns;
  readonly publisher: Publisher;
  readonly progressLog: ProgressLog;
  readonly jobs: ReadonlyMap<string, { definition: JobDefinition; processor: Processor<JobDefinition> }>;
  readonly log: RunLog;
  /** Called when a run has completed, before anyone hears of it: what answers for the run must know it by then. */
  readonly onCompleted?: ((run: ClaimedRun) => Promise<void>) | undefined;
  readonly observer?: RunObserver | undefined;
  /** Called when a group is answered: what follows for its members follows in this turn. */
  readonly onGroupAnswered: () => void;
}

/** Deliveries that met a trouble of ours (Postgres away, an unknown job) come again after this. */
const troublePauseMs = 2_000;
const grouping = { groupMax: 250, groupsInFlightMax: 3, alongsideMin: 64, waitingMax: 10_000 };

const fitsHint = (result: unknown): boolean => result === null || JSON.stringify(result).length <= hintResultLengthMax;

/** Makes the function that takes one delivery from claim to end. It never throws; claims and ends are grouped. */
export function createDeliver(options: DeliverOptions): (runId: string) => Promise<Delivered> {
  const { database, workerId, runs, publisher, progressLog, jobs, log, onGroupAnswered } = options;

  const claim = groupCalls<string, ClaimedRun | "none">({
    ...grouping,
    run: async (runIds) => {
      // A claim that a crash of Postgres undoes harms nobody: the sweep hands over again, and the first finish wins.
      const claimed = await engineStatement<ClaimedRun>(database, claimRunsStatement({ runIds, workerId, lockMs }), {
        durable: false,
      });
      const byId = new Map(claimed.map((run) => [run.id, run]));
      return runIds.map((id) => byId.get(id) ?? "none");
    },
  });

  /** When each ended; "refused" for those whose fence had moved on. */
  const finish = groupCalls<RunEnd, number | "refused">({
    ...grouping,
    run: async (ends) => {
      const ended = await engineStatement<EndedRun>(database, finishRunsStatement(ends));
      const endedAtMs = new Map(ended.map(({ id, finishedAtMs }) => [id, finishedAtMs]));
      onGroupAnswered();
      return ends.map(({ id }) => endedAtMs.get(id) ?? "refused");
    },
  });

  /** `known`: what the commit wrote, where this worker knows all of it; else whoever hears the hint reads the run. */
  const hint = (
    run: ClaimedRun,
    state: RunState,
    known?: Pick<CommittedState, "atMs" | "problem" | "result">,
  ): void => {
    const { id: runId, tenantId, createdBy, job, attempts, starts } = run;
    const told = { kind: "run", runId, tenantId, createdBy, state } as const;
    publisher.publish(known === undefined ? told : { ...told, committed: { job, attempts, starts, ...known } });
  };

  async function settle(
    run: ClaimedRun,
    outcome: Outcome,
    observed: (outcome: AttemptOutcome, code?: RunProblem["code"]) => void,
  ): Promise<Delivered> {
    switch (outcome.kind) {
      case "stored":
        observed("completed");
        await options.onCompleted?.(run);
        hint(run, "completed");
        return { kind: "done", result: outcome.output };
      case "end": {
        const { end, error } = outcome;
        if (error) await asEngine(database, (tx) => recordLastError(tx, { ...run, error }));
        const atMs = await finish(end);
        observed(atMs === "refused" ? "superseded" : end.state, end.problem?.code);
        if (atMs === "refused") return { kind: "done", result: "superseded" };
        if (end.state === "completed") await options.onCompleted?.(run);
        // an error of this attempt is counted in the row, not in what was claimed
        if (error || !fitsHint(end.result)) hint(run, end.state);
        else hint(run, end.state, { atMs, problem: end.problem, result: end.result });
        if (end.state === "completed") return { kind: "done", result: end.result };
        return { kind: "failed", reason: end.problem?.detail ?? end.state };
      }
      case "retry": {
        const { error, delayMs } = outcome;
        const atMs = await asEngine(database, (tx) => requeueRun(tx, { ...run, error, delayMs }));
        observed(atMs === null ? "superseded" : "retried");
        if (atMs === null) return { kind: "done", result: "superseded" };
        hint(run, "queued");
        return { kind: "later", atMs };
      }
      case "release": {
        await asEngine(database, (tx) => releaseRuns(tx, workerId, [run.id]));
        observed("released");
        hint(run, "queued");
        return { kind: "later", atMs: Date.now() };
      }
      case "lost":
        observed("superseded");
        return { kind: "done", result: "superseded" };
    }
  }

  async function take(runId: string): Promise<Delivered> {
    const run = await claim(runId);
    if (run === "none") {
      const why = await asEngine(database, (tx) => whyNotClaimed(tx, runId));
      return why === "taken-or-ended" ? { kind: "done", result: "superseded" } : { kind: "later", atMs: why.dueAtMs };
    }
    const job = jobs.get(run.job);
    if (!job) {
      // another version of the platform knows it: leave it to a worker of that version
      log.error({ run: run.id, job: run.job }, "this worker does not know the job");
      await asEngine(database, (tx) => releaseRuns(tx, workerId, [run.id]));
      return { kind: "later", atMs: Date.now() + troublePauseMs };
    }
    const active = runs.begin(run);
    const begunMs = performance.now();
    options.observer?.started(run);
    try {
      hint(run, "started", { atMs: run.startedAtMs, problem: null, result: null });
      const outcome = await executeRun(active, { ...job, database, progressLog });
      await progressLog.settle(run.id);
      return await settle(run, outcome, (came, code) =>
        options.observer?.attempted(run, { outcome: came, code: code ?? null, ms: performance.now() - begunMs }),
      );
    } finally {
      runs.end(active);
    }
  }

  return async (runId) => {
    try {
      return await take(runId);
    } catch (error) {
      // The statement may or may not have happened: the watch looks and gives the run back if it is still ours.
      runs.uncertain.add(runId);
      log.error({ err: error, run: runId }, "could not take a delivery to its end");
      return { kind: "later", atMs: Date.now() + troublePauseMs };
    }
  };
}
