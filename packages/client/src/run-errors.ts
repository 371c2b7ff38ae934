import type { RunProblem } from "@deskpulse/domain/runs/run";

/** A run ended without a result, for the reason that the API tells. */
export class RunFailedError extends Error {
  override readonly name = "RunFailedError";
  readonly runId: string;
  readonly code: RunProblem["code"];
  readonly detail: string;

  constructor(runId: string, problem: RunProblem) {
    super(`run ${runId} failed: ${problem.detail}`);
    this.runId = runId;
    this.code = problem.code;
    this.detail = problem.detail;
  }
}

/** Somebody cancelled the run. */
export class RunCancelledError extends Error {
  override readonly name = "RunCancelledError";
  readonly runId: string;

  constructor(runId: string) {
    super(`run ${runId} was cancelled`);
    this.runId = runId;
  }
}

/** The run had not ended when `timeoutMs` was over. It goes on. */
export class RunTimedOutError extends Error {
  override readonly name = "RunTimedOutError";
  /** Null when not even its start was answered. */
  readonly runId: string | null;

  constructor(runId: string | null, timeoutMs: number) {
    super(`run ${runId ?? "(not yet started)"} has not ended within ${timeoutMs} ms`);
    this.runId = runId;
  }
}
