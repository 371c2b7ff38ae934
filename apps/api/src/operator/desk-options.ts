import type { Database } from "@deskpulse/db/connect";
import type { Run } from "@deskpulse/domain/runs/run";
import type { Caller } from "@deskpulse/domain/tenants/caller";
import type { Queue } from "bullmq";
import type { SignInThrottle } from "../identity/sign-in-throttle.ts";

/** The functions through which every change of a run or queue goes; they throw ProblemError. */
export interface DeskRuns {
  retryRun(runId: string, actor: Caller): Promise<Run>;
  cancelRun(runId: string, actor: Caller): Promise<Run>;
  runNow(runId: string, actor: Caller): Promise<Run>;
  pauseQueue(queue: string, actor: Caller): Promise<void>;
  resumeQueue(queue: string, actor: Caller): Promise<void>;
}

export interface DeskLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface OperatorDeskOptions {
  readonly database: Database;
  readonly runs: DeskRuns;
  /** The queues that the board shows; closed by their owner. */
  readonly queues: readonly Queue[];
  /** While false, the board answers 503 at once. */
  readonly isRedisReady: () => boolean;
  /** Origins that may change things beside the request's own, as `https://desk.example.com`: for a proxy in front. */
  readonly allowedOrigins: readonly string[];
  /** True where people reach the desk by https: browsers then never send the cookie in clear. */
  readonly secureCookie: boolean;
  /** Counts failed sign-ins, together with those at the API. */
  readonly signIns: Pick<SignInThrottle, "attempt">;
  readonly log: DeskLog;
}
