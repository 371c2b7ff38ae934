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
  /** Not before; default at once. */
  readonly runAtMs?: number;
}

/** The row of a run that is about to be stored. */
export function newRun(request: RunRequest): NewRun {
  const createdAtMs = Date.now();
  return {
    id: uuidv7(),
    tenantId: request.tenantId,
    job: request.definition.name,
    queue: request.definition.queue,
    input: request.input,
    sharingKey: sharingKeyOf(request.definition, request.input),
    createdBy: request.createdBy,
    createdAtMs,
    runAtMs: request.runAtMs ?? createdAtMs,
  };
}

/** What equal runs of one tenant have in common; null when the job does not share. */
export function sharingKeyOf(definition: JobDefinition, input: unknown): string | null {
  const key = definition.sharingKey?.(input);
  return key === undefined ? null : `${definition.name}:${createHash("sha256").update(key).digest("base64url")}`;
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
