import { runStates } from "@deskpulse/domain/runs/run-state";
import { z } from "zod";
import { instant, limit } from "../http/lists.ts";
import type { RouteTable } from "../http/route.ts";
import { runBody, runList, runWithLog } from "./run.ts";

// Ids are compared as texts: one way to write them.
const runId = z.strictObject({ runId: z.uuid().toLowerCase() });
const tenantId = z.uuid().toLowerCase().optional();

export const jobsRoutes = {
  startJob: {
    method: "POST",
    path: "/api/jobs",
    role: "agent",
    idempotent: true,
    summary: "Starts a run of a job; each job names the role it needs. `Prefer: wait=N` waits for its end.",
    body: z.strictObject({ job: z.string().max(100), input: z.unknown(), tenantId }),
    replies: { 200: runBody, 202: runBody },
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
    summary: "Cancels a waiting run at once, and asks a running one to stop.",
    params: runId,
    replies: { 202: runBody },
  },
  retryJob: {
    method: "POST",
    path: "/api/jobs/{runId}/retry",
    role: "agent",
    idempotent: true,
    summary: "Starts a failed or cancelled run anew, with all its attempts.",
    params: runId,
    replies: { 202: runBody },
  },
  runJobNow: {
    method: "POST",
    path: "/api/jobs/{runId}/run-now",
    role: "agent",
    idempotent: true,
    summary: "Makes a run that waits for its time or its next attempt due now.",
    params: runId,
    replies: { 202: runBody },
  },
} as const satisfies RouteTable;
