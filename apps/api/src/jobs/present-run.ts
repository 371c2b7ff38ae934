import type { runBody } from "@deskpulse/contract/jobs/run";
import type { Run } from "@deskpulse/domain/runs/run";
import type { z } from "zod";

const iso = (atMs: number): string => new Date(atMs).toISOString();

/** A run as callers see it. */
export function presentRun(run: Run): z.input<typeof runBody> {
  return {
    id: run.id,
    job: run.job,
    tenantId: run.tenantId,
    state: run.state,
    startedBy: run.createdBy,
    attempts: run.attempts,
    starts: run.starts,
    priority: run.priority,
    progress: run.progress,
    errors: [...run.errors],
    cancelRequested: run.cancelRequested,
    createdAt: iso(run.createdAt),
    runAt: iso(run.runAt),
    startedAt: run.startedAt === null ? null : iso(run.startedAt),
    finishedAt: run.finishedAt === null ? null : iso(run.finishedAt),
    waitedMs: run.startedAt === null ? null : Math.max(0, run.startedAt - run.createdAt),
    ranMs: run.startedAt === null || run.finishedAt === null ? null : Math.max(0, run.finishedAt - run.startedAt),
    result: run.result,
    problem: run.problem,
  };
}

export const runLocation = (runId: string): string => `/api/jobs/${runId}`;
