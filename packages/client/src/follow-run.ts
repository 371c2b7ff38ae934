import type { RouteAnswer } from "@deskpulse/contract/http/call";
import type { JobEvent } from "@deskpulse/contract/realtime/job-event";
import type { Routes } from "@deskpulse/contract/routes";
import { DeskpulseError } from "./deskpulse-error.ts";
import { NoAnswerError } from "./no-answer-error.ts";
import type { Realtime } from "./realtime.ts";
import { RunCancelledError, RunFailedError } from "./run-errors.ts";

export type RunBody = RouteAnswer<Routes["startJob"]>["body"];

interface Following {
  /** GET /api/jobs/{runId}. */
  readonly read: (runId: string) => Promise<RunBody>;
  /** Null where there is none: then the run is read alone. */
  readonly realtime: Realtime | null;
  /** Between readings while events arrive: for those that were lost all the same. */
  readonly statusEveryMs: number;
  readonly onProgress: ((share: number, note: string | undefined) => void) | undefined;
}

const firstPauseMs = 100;
const longestPauseMs = 5_000;

/**
 * Waits for the end of a run: by its events, and by reading it, seldom while events arrive and else after growing
 * pauses. Resolves with its result; rejects with RunFailedError or RunCancelledError, and with what makes reading it
 * hopeless. `stop` ends the waiting without a word.
 */
export function followRun(started: RunBody, following: Following, stop: AbortSignal): Promise<unknown> {
  const { read, realtime, statusEveryMs, onProgress } = following;
  const runId = started.id;
  return new Promise((resolve, reject) => {
    let over = false;
    let live = false;
    let reading = false;
    let pauseMs = firstPauseMs;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let told = { starts: 0, share: -1 };
    let unwatch = (): void => undefined;

    const end = (settle: () => void): void => {
      if (over) return;
      over = true;
      clearTimeout(timer);
      stop.removeEventListener("abort", onStop);
      unwatch();
      settle();
    };
    const onStop = (): void => end(() => undefined);
    const fail = (error: unknown): void => end(() => reject(error));

    const takeProgress = (
      run: Pick<JobEvent, "starts">,
      progress: { share: number; note?: string | undefined },
    ): void => {
      if (run.starts < told.starts || (run.starts === told.starts && progress.share <= told.share)) return;
      told = { starts: run.starts, share: progress.share };
      try {
        onProgress?.(progress.share, progress.note);
      } catch (error) {
        fail(error);
      }
    };

    const takeRun = (run: RunBody): void => {
      if (over) return;
      if (run.state === "completed") end(() => resolve(run.result));
      else if (run.state === "cancelled") fail(new RunCancelledError(runId));
      else if (run.state === "failed") fail(failure(runId, run.problem));
      else if (run.progress !== null) takeProgress(run, run.progress);
    };

    const takeEvent = (event: JobEvent): void => {
      if (over) return;
      if (event.state === "cancelled") fail(new RunCancelledError(runId));
      else if (event.state === "failed") fail(failure(runId, event.problem));
      else if (event.state !== "completed") {
        if (event.progress !== undefined) takeProgress(event, event.progress);
      } else if (event.resultUrl === undefined) end(() => resolve(event.result));
      else void look();
    };

    const look = async (): Promise<void> => {
      if (reading || over) return;
      reading = true;
      clearTimeout(timer);
      try {
        takeRun(await read(runId));
      } catch (error) {
        if (!mayPass(error)) fail(error);
      }
      reading = false;
      lookLater();
    };

    const lookLater = (): void => {
      clearTimeout(timer);
      if (over || reading) return;
      timer = setTimeout(() => void look(), live ? statusEveryMs : pauseMs);
      if (!live) pauseMs = Math.min(longestPauseMs, pauseMs * (1.5 + Math.random() / 5));
    };

    stop.addEventListener("abort", onStop, { once: true });
    if (stop.aborted) return onStop();
    takeRun(started);
    if (over) return;
    unwatch =
      realtime?.watch(runId, {
        onEvent: takeEvent,
        onLive(now) {
          if (now === live) return;
          live = now;
          pauseMs = firstPauseMs;
          lookLater();
        },
      }) ?? unwatch;
    lookLater();
  });
}

const failure = (runId: string, problem: RunBody["problem"] | undefined): RunFailedError =>
  new RunFailedError(runId, problem ?? { code: "processor-error", detail: "the run failed" });

/** The API or the way to it is in trouble: the run is not. */
function mayPass(error: unknown): boolean {
  if (error instanceof NoAnswerError) return true;
  return error instanceof DeskpulseError && (error.status === 429 || error.status >= 500);
}
