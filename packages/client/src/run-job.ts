import { followRun, type RunBody } from "./follow-run.ts";
import type { Realtime } from "./realtime.ts";
import { RunTimedOutError } from "./run-errors.ts";

export interface RunOptions {
  /** How far the run is: a share 0..1 and what is being done. */
  readonly onProgress?: (share: number, note: string | undefined) => void;
  /** Cancels the run, and rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** For operators: the tenant that the run is for. */
  readonly tenantId?: string;
  /** How long to wait for the end, after which the run goes on alone. Default ten minutes. */
  readonly timeoutMs?: number;
}

export interface RunRoutes {
  readonly start: () => Promise<RunBody>;
  readonly read: (runId: string, signal: AbortSignal) => Promise<RunBody>;
  readonly cancel: (runId: string) => Promise<unknown>;
}

const defaultTimeoutMs = 600_000;

/** Starts a run and waits for its end. The start is never broken off: who does not know a run cannot cancel it. */
export async function runJob(
  routes: RunRoutes,
  realtime: Realtime | null,
  statusEveryMs: number,
  { onProgress, signal, timeoutMs = defaultTimeoutMs }: RunOptions,
): Promise<unknown> {
  signal?.throwIfAborted();
  realtime?.open();
  const stop = new AbortController();
  let runId: string | null = null;
  const starting = routes.start().then((run) => {
    runId = run.id;
    return run;
  });
  const read = (id: string): Promise<RunBody> => routes.read(id, stop.signal);
  const ended = starting.then((run) => followRun(run, { read, realtime, statusEveryMs, onProgress }, stop.signal));
  let timer: ReturnType<typeof setTimeout> | undefined;
  let onAbort = (): void => undefined;
  const givenUp = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new RunTimedOutError(runId, timeoutMs)), timeoutMs);
    onAbort = () => {
      reject(signal?.reason);
      // a run that ended in between answers 409, and somebody else's 404: there is nothing to be done then
      starting.then(({ id }) => routes.cancel(id)).catch(() => undefined);
    };
    signal?.addEventListener("abort", onAbort, { once: true });
  });
  try {
    return await Promise.race([ended, givenUp]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
    stop.abort();
  }
}
