import { ProblemError } from "@deskpulse/domain/errors";
import type { Queue } from "bullmq";
import { type Button, type Press, type Pressed, queueOf } from "./button.ts";
import { changeManyRuns } from "./change-many-runs.ts";
import { cancel, changeRun, hasten, retry } from "./change-run.ts";
import { runOfDelivery } from "./delivery-id.ts";

/** Retry, remove and promote, of one job or of all in a state: each changes the run behind the job. */
export const runButtons: readonly Button[] = [
  { method: "put", path: "/api/queues/:queueName/:jobId/retry", act: "retry-run", press: retryOne },
  { method: "put", path: "/api/queues/:queueName/:jobId/clean", act: "cancel-run", press: cancelOne },
  { method: "put", path: "/api/queues/:queueName/:jobId/promote", act: "run-now", press: hastenOne },
  { method: "put", path: "/api/queues/:queueName/retry/:queueStatus", act: "retry-all-runs", press: retryAll },
  { method: "put", path: "/api/queues/:queueName/clean/:queueStatus", act: "cancel-all-runs", press: cancelAll },
  { method: "put", path: "/api/queues/:queueName/promote", act: "run-all-now", press: hastenAll },
];

async function retryOne(press: Press): Promise<Pressed> {
  await changeRun(press, retry, runOf(press));
  return {};
}

async function hastenOne(press: Press): Promise<Pressed> {
  await changeRun(press, hasten, runOf(press));
  return {};
}

async function cancelOne(press: Press): Promise<Pressed> {
  const target = runOf(press);
  // It may be an old job of a run that was retried since: cancelling the run would stop what this row does not show.
  const state = await target.queue.getJobState(target.jobId);
  if (state === "completed" || state === "failed") throw inHistory();
  await changeRun(press, cancel, target);
  return { status: 204 };
}

async function retryAll(press: Press): Promise<Pressed> {
  if (press.names.queueStatus !== "failed") throw new ProblemError("conflict", "Only failed runs can be retried.");
  const { done, skipped, failure } = await changeManyRuns(press, retry, "failed");
  return { body: { retried: done.length, skipped }, detail: { skipped, runIds: done }, failure };
}

async function hastenAll(press: Press): Promise<Pressed> {
  const { done, skipped, failure } = await changeManyRuns(press, hasten, "delayed");
  return { detail: { skipped, runIds: done }, failure };
}

async function cancelAll(press: Press): Promise<Pressed> {
  const state = press.names.queueStatus;
  if (state !== "wait" && state !== "prioritized" && state !== "delayed" && state !== "active") throw inHistory();
  const { done, skipped, failure } = await changeManyRuns(press, cancel, state);
  return { detail: { state, skipped, runIds: done }, failure };
}

function inHistory(): ProblemError {
  return new ProblemError(
    "conflict",
    "Ended runs stay in the history until their retention is over: there is nothing to cancel.",
  );
}

function runOf(press: Press): { readonly queue: Queue; readonly jobId: string; readonly runId: string } {
  const queue = queueOf(press);
  const jobId = press.names.jobId ?? "";
  const runId = runOfDelivery(jobId);
  if (queue === undefined || runId === null) throw new ProblemError("not-found", "There is no run behind this job.");
  return { queue, jobId, runId };
}
