import type { Database } from "@deskpulse/db/connect";
import type { ClaimedRun } from "@deskpulse/db/jobs/claim-runs";
import { finishRun, isClaimLost, type RunEnd } from "@deskpulse/db/jobs/finish-runs";
import { asEngine, asTenant } from "@deskpulse/db/transaction";
import type { RunError, RunProblem } from "@deskpulse/domain/runs/run";
import { startsBeyondAttempts } from "@deskpulse/domain/runs/run-state";
import type { JobDefinition } from "@deskpulse/jobs/define-job";
import { CancelRequested, ClaimLost, RunTimedOut, WorkerStopping } from "./abort-reasons.ts";
import type { ActiveRun } from "./active-runs.ts";
import { FinishedRun, type Processor, type RunContext, UnrecoverableError } from "./processor.ts";
import type { ProgressLog } from "./progress-log.ts";

/** What one attempt came to. `stored`: the run was ended by the processor's own transaction. */
export type Outcome =
  | { readonly kind: "end"; readonly end: RunEnd; readonly error?: RunError }
  | { readonly kind: "stored"; readonly output: unknown }
  | { readonly kind: "retry"; readonly error: RunError; readonly delayMs: number }
  | { readonly kind: "release" }
  | { readonly kind: "lost" };

export interface ExecuteOptions {
  readonly definition: JobDefinition;
  readonly processor: Processor<JobDefinition>;
  readonly database: Database;
  readonly progressLog: ProgressLog;
}

/** One attempt of a claimed run, from parsing its input to knowing what it came to. Never throws. */
export async function executeRun(active: ActiveRun, options: ExecuteOptions): Promise<Outcome> {
  const { claim, abort } = active;
  const { definition } = options;
  if (claim.starts - claim.startsForgiven > claim.attempts + startsBeyondAttempts) {
    const detail = `the run was started ${claim.starts} times and its worker died nearly every time`;
    return ended(claim, "failed", null, { code: "crashed-workers", detail });
  }
  const input = definition.input.safeParse(claim.input);
  if (!input.success) {
    return ended(claim, "failed", null, { code: "invalid-input", detail: input.error.message.slice(0, 2_000) });
  }
  const timer = setTimeout(
    () => abort.abort(new RunTimedOut(`took longer than ${definition.timeoutMs} ms`)),
    definition.timeoutMs,
  );
  try {
    const working = options.processor({ input: input.data, ctx: contextOf(active, options) });
    const result = await Promise.race([working, whenDeaf(abort.signal)]);
    if (result instanceof FinishedRun) return { kind: "stored", output: result.output };
    const output = definition.output.safeParse(result);
    if (output.success) return ended(claim, "completed", output.data ?? null, null);
    return failedAttempt(active, options, new Error(`the result is not as defined: ${output.error.message}`));
  } catch (error) {
    return failedAttempt(active, options, error);
  } finally {
    clearTimeout(timer);
  }
}

/** A processor that goes on for this long after its signal was aborted is left behind; its context refuses it by then. */
const deafMs = 2_000;

/** Rejects when a processor has not listened to its signal, so that it keeps neither its run nor its place for ever. */
function whenDeaf(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const wait = (): void => void setTimeout(() => reject(signal.reason), deafMs).unref();
    signal.addEventListener("abort", wait, { once: true });
  });
}

function failedAttempt({ claim, abort }: ActiveRun, { definition }: ExecuteOptions, thrown: unknown): Outcome {
  // What a processor throws after its signal was aborted is the abort, however it words it.
  const cause: unknown = abort.signal.aborted ? abort.signal.reason : thrown;
  if (cause instanceof ClaimLost) return { kind: "lost" };
  if (cause instanceof WorkerStopping) return { kind: "release" };
  if (cause instanceof CancelRequested)
    return ended(claim, "cancelled", null, { code: "cancelled", detail: cause.message });
  const attempt = claim.attempts + 1;
  const message = (cause instanceof Error ? cause.message : String(cause)).replaceAll("\0", "").slice(0, 2_000);
  const error: RunError = { at: new Date().toISOString(), attempt, message };
  if (cause instanceof UnrecoverableError || attempt >= definition.attempts) {
    const code: RunProblem["code"] = cause instanceof RunTimedOut ? "timed-out" : "processor-error";
    return { ...ended(claim, "failed", null, { code, detail: message }), error };
  }
  return { kind: "retry", error, delayMs: definition.backoffMs(attempt) };
}

const ended = (claim: ClaimedRun, state: RunEnd["state"], result: unknown, problem: RunProblem | null) => ({
  kind: "end" as const,
  end: { id: claim.id, starts: claim.starts, state, result, problem },
});

function contextOf(
  { claim, abort }: ActiveRun,
  { database, definition, progressLog }: ExecuteOptions,
): RunContext<unknown> {
  const { signal } = abort;
  const inTenant: RunContext<unknown>["inTenant"] = (work, given = {}) => {
    if (claim.tenantId === null) throw new UnrecoverableError("an operator's run has no tenant to work in");
    const { statementTimeoutMs = definition.timeoutMs, ...rest } = given;
    return asTenant(database, claim.tenantId, work, { ...rest, statementTimeoutMs, signal });
  };
  return {
    runId: claim.id,
    tenantId: claim.tenantId,
    createdBy: claim.createdBy,
    attempt: claim.attempts + 1,
    signal,
    log: (line) => progressLog.line(claim, line),
    progress: (share, note) => progressLog.progress(claim, share, note),
    database,
    inTenant,
    inEngine: (work) => asEngine(database, work, { signal, statementTimeoutMs: definition.timeoutMs }),
    finishIn: (work) =>
      inTenant(async (tx) => {
        const output = definition.output.parse(await work(tx));
        finishRun(tx, { id: claim.id, starts: claim.starts, result: output ?? null });
        return new FinishedRun(output);
      }).catch((error: unknown) => {
        throw isClaimLost(error) ? lost(abort) : error;
      }),
  };
}

function lost(abort: AbortController): ClaimLost {
  const reason = new ClaimLost("the run is not ours any more");
  abort.abort(reason);
  return reason;
}
