import { createHash } from "node:crypto";
import type { NewRun } from "@deskpulse/db/jobs/insert-runs";
import type { Run } from "@deskpulse/domain/runs/run";
import type { JobDefinition } from "@deskpulse/jobs/define-job";
import { v7 as uuidv7 } from "uuid";

export interface RunRequest {
  readonly definition: JobDefinition;
  /** Already parsed by the definition's input schema. */
  readonly input: unknown;
  readonly tenantId: string | null;
  readonly createdBy: string;
  /** Not before; default at once, which the past means too. */
  readonly runAtMs?: number;
  /** 0, the default, goes before all others; of 1 to 1,000 the lower goes first. */
  readonly priority?: number;
}

/**
 * The input that a request makes, parsed by the definition's request schema before. `zone`: the tenant's; null for
 * operators' own, which nothing completes. Throws ProblemError (unprocessable).
 */
export function preparedInput(
  definition: JobDefinition,
  request: unknown,
  zone: string | null,
  nowMs = Date.now(),
): unknown {
  const prepared = zone === null ? undefined : definition.prepare?.(request, { timezone: zone, nowMs });
  return definition.input.parse(prepared ?? request);
}

/** The row of a run that is about to be stored. */
export function newRun(request: RunRequest): NewRun {
  const createdAtMs = Date.now();
  const runAtMs = Math.max(createdAtMs, request.runAtMs ?? createdAtMs);
  return {
    id: uuidv7(),
    tenantId: request.tenantId,
    job: request.definition.name,
    queue: request.definition.queue,
    input: request.input,
    sharingKey: sharingKeyOf(request),
    priority: request.priority ?? 0,
    createdBy: request.createdBy,
    createdAtMs,
    runAtMs,
  };
}

/**
 * What equal runs of one tenant have in common; null when the job does not share. A run due later shares only with what
 * is due at the same time: nobody who wants a result now waits for it.
 */
export function sharingKeyOf({ definition, input, runAtMs }: RunRequest): string | null {
  const key = definition.sharingKey?.(input);
  if (key === undefined) return null;
  const due = runAtMs !== undefined && runAtMs > Date.now() ? `@${runAtMs}` : "";
  return `${definition.name}:${createHash("sha256").update(key).digest("base64url")}${due}`;
}

/** A run as callers see it right after it was stored. */
export function runFromNew(run: NewRun): Run {
  return {
    id: run.id,
    tenantId: run.tenantId,
    job: run.job,
    state: "queued",
    createdBy: run.createdBy,
    attempts: 0,
    starts: 0,
    priority: run.priority,
    progress: null,
    errors: [],
    result: null,
    problem: null,
    cancelRequested: false,
    createdAt: run.createdAtMs,
    runAt: run.runAtMs,
    startedAt: null,
    finishedAt: null,
  };
}
