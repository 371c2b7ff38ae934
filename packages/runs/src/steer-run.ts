import { cancelRun as cancelRow } from "@deskpulse/db/jobs/cancel-run";
import { deleteQueuePause, insertQueuePause } from "@deskpulse/db/jobs/queue-pauses";
import { readRun } from "@deskpulse/db/jobs/read-run";
import { hastenRun, resetRun } from "@deskpulse/db/jobs/reset-run";
import { asEngine, type EngineTx, type TenantTx } from "@deskpulse/db/transaction";
import { ProblemError } from "@deskpulse/domain/errors";
import type { Run } from "@deskpulse/domain/runs/run";
import { isFinal } from "@deskpulse/domain/runs/run-state";
import type { Caller } from "@deskpulse/domain/tenants/caller";
import { hasRole } from "@deskpulse/domain/tenants/role";
import { lockMs } from "./lock-times.ts";
import type { RunService } from "./run-service.ts";
import { inTenancy } from "./start-shared.ts";

const unknownRun = (): ProblemError => new ProblemError("not-found", "there is no such run");

/** The transaction in which this caller meets runs: its tenant's, or an operator's across tenants. */
const asCaller = <T>(service: RunService, caller: Caller, work: (tx: TenantTx | EngineTx) => Promise<T>) =>
  inTenancy(service, caller.tenantId, work);

/**
 * A run as its starter, supervisors of its tenant or operators see it; to everyone else it does not exist
 * (ProblemError not-found).
 */
export async function findRunIn(tx: TenantTx | EngineTx, caller: Caller, runId: string): Promise<Run> {
  const run = await readRun(tx, runId);
  if (!run || !(run.createdBy === caller.subject || hasRole(caller.role, "supervisor"))) throw unknownRun();
  return run;
}

function mayChange(run: Run, caller: Caller): void {
  if (caller.readOnly) throw new ProblemError("forbidden", "this operator may only read");
  if (run.createdBy !== caller.subject && !hasRole(caller.role, "admin")) {
    throw new ProblemError("forbidden", "only the run's starter and admins may do this");
  }
}

export interface SteeredRun {
  readonly run: Run;
  /** To be called after the commit. */
  readonly announce: () => void;
}

/** A change of a run inside a transaction of the caller. */
export type Steer = (
  service: RunService,
  tx: TenantTx | EngineTx,
  runId: string,
  caller: Caller,
) => Promise<SteeredRun>;

/** Cancels inside the caller's transaction; see `cancelRun`. */
export const cancelRunIn: Steer = async (service, tx, runId, caller) => {
  const before = await findRunIn(tx, caller, runId);
  mayChange(before, caller);
  const state = await cancelRow(tx, { runId, lockMs, detail: "cancelled on request" });
  if (state === null) throw new ProblemError("conflict", `the run has ended: it is ${before.state}`);
  const { tenantId, createdBy } = before;
  return {
    run: await findRunIn(tx, caller, runId),
    announce: () =>
      service.publisher.publish(
        isFinal(state) ? { kind: "run", runId, tenantId, createdBy, state } : { kind: "cancel", runId },
      ),
  };
};

/** Starts an ended run anew inside the caller's transaction; see `retryRun`. */
export const retryRunIn: Steer = (service, tx, runId, caller) =>
  requeue(service, tx, runId, caller, resetRun, "only a failed or cancelled run can be retried");

/** Makes a waiting run due inside the caller's transaction; see `runNow`. */
export const runNowIn: Steer = (service, tx, runId, caller) =>
  requeue(service, tx, runId, caller, hastenRun, "only a waiting run can be started now");

async function requeue(
  service: RunService,
  tx: TenantTx | EngineTx,
  runId: string,
  caller: Caller,
  change: typeof resetRun,
  refusal: string,
): Promise<SteeredRun> {
  const found = await findRunIn(tx, caller, runId);
  mayChange(found, caller);
  const changed = await change(tx, runId).catch((error: unknown) => {
    const isTwin = error instanceof Error && "code" in error && error.code === "23505";
    throw isTwin ? new ProblemError("conflict", "an equal run is under way", { cause: error }) : error;
  });
  if (changed === null) throw new ProblemError("conflict", `${refusal}; this one is ${found.state}`);
  return {
    run: await findRunIn(tx, caller, runId),
    announce: () => service.announce([{ ...changed, createdBy: found.createdBy }]),
  };
}

const steered =
  (change: Steer) =>
  async (service: RunService, runId: string, caller: Caller): Promise<Run> => {
    const { run, announce } = await asCaller(service, caller, (tx) => change(service, tx, runId, caller));
    announce();
    return run;
  };

/**
 * Cancels a run: a waiting one ends now, a running one is asked to stop (its state stays started until it has).
 * Throws ProblemError: not-found, forbidden, conflict when it has ended.
 */
export const cancelRun = steered(cancelRunIn);

/** Starts an ended run anew, with all its attempts. Throws ProblemError: not-found, forbidden, conflict. */
export const retryRun = steered(retryRunIn);

/** Makes a waiting run due now. Throws ProblemError: not-found, forbidden, conflict. */
export const runNow = steered(runNowIn);

/** Pauses a queue for good: the row outlives Redis. Throws ProblemError (forbidden) unless a full operator asks. */
export async function pauseQueue(service: RunService, queue: string, caller: Caller): Promise<void> {
  mayOperate(caller);
  await asEngine(service.database, (tx) => insertQueuePause(tx, queue, caller.subject));
  await inRedis(service, () => service.handover.queue(queue).pause());
}

export async function resumeQueue(service: RunService, queue: string, caller: Caller): Promise<void> {
  mayOperate(caller);
  await asEngine(service.database, (tx) => deleteQueuePause(tx, queue));
  await inRedis(service, () => service.handover.queue(queue).resume());
}

/** The row is what counts: while Redis is away, the sweep renews the flag later. */
async function inRedis(service: RunService, change: () => Promise<void>): Promise<void> {
  try {
    await change();
  } catch (error) {
    service.log.warn({ err: error }, "the queue's flag in Redis could not be set; the sweep will");
  }
}

function mayOperate(caller: Caller): void {
  if (caller.role !== "operator" || caller.readOnly) throw new ProblemError("forbidden", "only operators may do this");
}
