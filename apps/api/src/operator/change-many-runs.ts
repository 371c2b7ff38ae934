import { ProblemError } from "@deskpulse/domain/errors";
import type { JobType } from "bullmq";
import { type Press, queueOf } from "./button.ts";
import { type ChangeRun, changeRun } from "./change-run.ts";
import { runOfDelivery } from "./delivery-id.ts";

/** What one press changes at most: pressing again continues. */
const changesMax = 500;
const changeTimeMaxMs = 10_000;
/** Jobs looked at: as many failed ones as BullMQ keeps per queue. */
const looksMax = 5_000;
/** Each takes a connection to Postgres, and people wait for the others. */
const atOnce = 3;

export interface ManyChanged {
  readonly done: readonly string[];
  /** Refused, without a run, or left for the next press. */
  readonly skipped: number;
  /** What ended it early; undefined when nothing did. */
  readonly failure: unknown;
}

/**
 * Changes the runs behind a queue's jobs in one state, within bounds of number and time. Runs that refuse the change
 * are skipped; the first other failure ends it.
 */
export async function changeManyRuns(press: Press, change: ChangeRun, state: JobType): Promise<ManyChanged> {
  const queue = queueOf(press);
  if (queue === undefined) throw new ProblemError("not-found", "There is no such queue.");
  const jobIds = await queue.getRanges([state], 0, looksMax - 1, true);
  const endsAtMs = performance.now() + changeTimeMaxMs;
  const done: string[] = [];
  let next = 0;
  let failure: unknown;

  const changeInTurn = async (): Promise<void> => {
    while (failure === undefined && done.length < changesMax && performance.now() < endsAtMs) {
      const jobId = jobIds[next++];
      if (jobId === undefined) return;
      const runId = runOfDelivery(jobId);
      if (runId === null) continue;
      try {
        await changeRun(press, change, { queue, jobId, runId });
        done.push(runId);
      } catch (error) {
        if (!(error instanceof ProblemError)) failure = error;
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, changeInTurn));
  return { done, skipped: jobIds.length - done.length, failure };
}
