import { runStates } from "@deskpulse/domain/runs/run-state";
import { z } from "zod";
import { instant, limit } from "../http/lists.ts";
import type { RouteTable } from "../http/route.ts";
import { jobCatalogBody } from "./catalog.ts";
import { runBatch, runBody, runList, runWithLog } from "./run.ts";
import { priority, runAt } from "./start.ts";

// Ids are compared as texts: one way to write them.
const runId = z.strictObject({ runId: z.uuid().toLowerCase() });
const tenantId = z.uuid().toLowerCase().optional();
const start = { job: z.string().max(100), input: z.unknown(), priority: priority.optional(), runAt: runAt.optional() };

export const jobsRoutes = {
  startJob: {
    method: "POST",
    path: "/api/jobs",
    role: "agent",
    idempotent: true,
    summary: "Starts a run of a job; each job names the role it needs. `Prefer: wait=N` waits for its end.",
    body: z.strictObject({ ...start, tenantId }),
    replies: { 200: runBody, 202: runBody },
  },
  startJobBatch: {
    method: "POST",
    path: "/api/jobs/batch",
    role: "agent",
    idempotent: true,
    summary: "Starts up to 1,000 runs, all or none; equal requests of a job that shares get the same run.",
    body: z.strictObject({ runs: z.array(z.strictObject(start)).min(1).max(1_000), tenantId }),
    bodyBytesMax: 4_000_000,
    replies: { 202: runBatch },
  },
  readJobCatalog: {
    method: "GET",
    path: "/api/jobs/catalog",
    role: "agent",
    summary: "Every job with its schemas and the role that it needs, marked with whether the caller may start it.",
    conditional: true,
    replies: { 200: jobCatalogBody },
  },
  listJobs: {
    method: "GET",
    path: "/api/jobs",
    role: "agent",
    summary: "Runs, newest first: one's own, a supervisor's whole tenant, an operator's whole platform.",
    query: z
      .strictObject({
        state: z.enum(runStates).optional(),
        job: z.string().max(100).optional(),
        from: instant.optional(),
        to: instant.optional(),
        cursor: z.uuid().optional(),
        limit,
        tenantId,
      })
      .refine(({ from, to }) => from === undefined || to === undefined || Date.parse(from) < Date.parse(to), {
        path: ["from"],
        error: "must lie before to",
      }),
    replies: { 200: runList },
  },
  readJob: {
    method: "GET",
    path: "/api/jobs/{runId}",
    role: "agent",
    summary: "One run with its errors, timings, log lines and result or problem.",
    params: runId,
    replies: { 200: runWithLog },
  },
  cancelJob: {
    method: "POST",
    path: "/api/jobs/{runId}/cancel",
    role: "agent",
    idempotent: true,
    problems: ["conflict"],
    summary: "Cancels a waiting run at once, and asks a running one to stop.",
    params: runId,
    replies: { 202: runBody },
  },
  retryJob: {
    method: "POST",
    path: "/api/jobs/{runId}/retry",
    role: "agent",
    idempotent: true,
    problems: ["conflict"],
    summary: "Starts a failed or cancelled run anew, with all its attempts.",
    params: runId,
    replies: { 202: runBody },
  },
  runJobNow: {
    method: "POST",
    path: "/api/jobs/{runId}/run-now",
    role: "agent",
    idempotent: true,
    problems: ["conflict"],
    summary: "Makes a run that waits for its time or its next attempt due now.",
    params: runId,
    replies: { 202: runBody },
  },
} as const satisfies RouteTable;
