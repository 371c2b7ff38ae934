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

export const findRun = (service: RunService, caller: Caller, runId: string): Promise<Run> =>
  asCaller(service, caller, (tx) => findRunIn(tx, caller, runId));

function mayChange(run: Run, caller: Caller): void {
  if (caller.readOnly) throw new ProblemError("forbidden", "this operator may only read");
  if (run.createdBy !== caller.subject && !hasRole(caller.role, "admin")) {
    throw new ProblemError("forbidden", "only the run's starter and admins may do this");
  }
}

/**
 * Cancels a run: a waiting one ends now, a running one is asked to stop (its state stays started until it has).
 * Throws ProblemError: not-found, forbidden, conflict when it has ended.
 */
export async function cancelRun(service: RunService, runId: string, caller: Caller): Promise<Run> {
  const { before, after } = await asCaller(service, caller, async (tx) => {
    const found = await findRunIn(tx, caller, runId);
    mayChange(found, caller);
    const state = await cancelRow(tx, { runId, lockMs, detail: "cancelled on request" });
    if (state === null) throw new ProblemError("conflict", `the run has ended: it is ${found.state}`);
    return { before: found, after: await findRunIn(tx, caller, runId) };
  });
  if (isFinal(after.state)) {
    const { tenantId, createdBy } = before;
    service.publisher.publish({ kind: "run", runId, tenantId, createdBy, state: after.state });
  } else {
    service.publisher.publish({ kind: "cancel", runId });
  }
  return after;
}

/** Starts an ended run anew, with all its attempts. Throws ProblemError: not-found, forbidden, conflict. */
export async function retryRun(service: RunService, runId: string, caller: Caller): Promise<Run> {
  return await requeue(service, runId, caller, resetRun, "only a failed or cancelled run can be retried");
}

/** Makes a waiting run due now. Throws ProblemError: not-found, forbidden, conflict. */
export async function runNow(service: RunService, runId: string, caller: Caller): Promise<Run> {
  return await requeue(service, runId, caller, hastenRun, "only a waiting run can be started now");
}

async function requeue(
  service: RunService,
  runId: string,
  caller: Caller,
  change: typeof resetRun,
  refusal: string,
): Promise<Run> {
  try {
    const { run, toHandOver } = await asCaller(service, caller, async (tx) => {
      const found = await findRunIn(tx, caller, runId);
      mayChange(found, caller);
      const changed = await change(tx, runId);
      if (changed === null) throw new ProblemError("conflict", `${refusal}; this one is ${found.state}`);
      return { run: await findRunIn(tx, caller, runId), toHandOver: changed };
    });
    service.announce([{ ...toHandOver, createdBy: run.createdBy }]);
    return run;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "23505") {
      throw new ProblemError("conflict", "an equal run is under way", { cause: error });
    }
    throw error;
  }
}

/** Pauses a queue for good: the row outlives Redis. Throws ProblemError (forbidden) unless a full operator asks. */
export async function pauseQueue(service: RunService, queue: string, caller: Caller): Promise<void> {
  mayOperate(caller);
  await asEngine(service.database, (tx) => insertQueuePause(tx, queue, caller.subject));
  await service.handover.queue(queue).pause();
}

export async function resumeQueue(service: RunService, queue: string, caller: Caller): Promise<void> {
  mayOperate(caller);
  await asEngine(service.database, (tx) => deleteQueuePause(tx, queue));
  await service.handover.queue(queue).resume();
}

function mayOperate(caller: Caller): void {
  if (caller.role !== "operator" || caller.readOnly) throw new ProblemError("forbidden", "only operators may do this");
}
