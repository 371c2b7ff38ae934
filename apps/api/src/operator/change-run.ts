import { isFinal } from "@deskpulse/domain/runs/run-state";
import type { Queue } from "bullmq";
import type { Press } from "./button.ts";

/** A change of the run behind a job of BullMQ, through the same function as the API's route. */
export type ChangeRun = (press: Press, runId: string) => Promise<{ readonly deliveryIsSpent: boolean }>;

// A run that is retried or hastened is handed over anew under the next id: a worker could claim nothing by the old one.
export const retry: ChangeRun = async ({ desk, operator }, runId) => {
  await desk.runs.retryRun(runId, operator);
  return { deliveryIsSpent: true };
};

export const hasten: ChangeRun = async ({ desk, operator }, runId) => {
  await desk.runs.runNow(runId, operator);
  return { deliveryIsSpent: true };
};

export const cancel: ChangeRun = async ({ desk, operator }, runId) => {
  const run = await desk.runs.cancelRun(runId, operator);
  return { deliveryIsSpent: isFinal(run.state) };
};

/** Changes the run, then takes its job off the board when a worker could no longer claim the run by it. */
export async function changeRun(
  press: Press,
  change: ChangeRun,
  { queue, jobId, runId }: { readonly queue: Queue; readonly jobId: string; readonly runId: string },
): Promise<void> {
  const { deliveryIsSpent } = await change(press, runId);
  if (!deliveryIsSpent) return;
  await queue.remove(jobId).catch((error: unknown) => {
    // Not lost, only late: a worker that receives it cannot claim the run and drops it.
    press.desk.log.warn({ err: error, jobId, queue: queue.name }, "a spent job of BullMQ could not be removed");
  });
}
