import type { runBody } from "@deskpulse/contract/jobs/run";
import type { ReportQuery } from "@deskpulse/domain/analytics/report-query";
import { ProblemError } from "@deskpulse/domain/errors";
import { isFinal } from "@deskpulse/domain/runs/run-state";
import type { Caller } from "@deskpulse/domain/tenants/caller";
import type { JobDefinition } from "@deskpulse/jobs/define-job";
import { inTenancy, startSharedIn } from "@deskpulse/runs/start-shared";
import type { z } from "zod";
import type { ApiParts, BodylessReply } from "../http/handler.ts";
import { preferredWaitMs } from "../http/prefer.ts";
import { actingTenant, preparedRequest } from "../jobs/job-request.ts";
import { presentRun, runLocation } from "../jobs/present-run.ts";

/** How long a report's GET waits when the caller says nothing. */
const waitMsDefault = 5_000;

interface ReportCall {
  readonly query: ReportQuery;
  readonly caller: Caller;
  readonly header: (name: string) => string | undefined;
  readonly left: AbortSignal;
}

interface ReportReply<Output> {
  readonly status: 200;
  readonly body: Output;
  readonly headers: Readonly<Record<string, string>>;
}

interface RunReply {
  readonly status: 202;
  readonly body: z.input<typeof runBody>;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Answers a report: from a stored result young enough, else from the one run that all equal requests share, waited for
 * a few seconds. Throws ProblemError, unavailable when the run failed.
 */
export async function serveReport<Output extends z.ZodType>(
  definition: JobDefinition<z.ZodType, z.ZodType, Output>,
  call: ReportCall,
  { runs, waiters }: ApiParts,
): Promise<ReportReply<z.input<Output>> | RunReply | BodylessReply> {
  const { query, caller } = call;
  const tenantId = actingTenant(caller, query.tenantId, true);
  const waitMs = preferredWaitMs(call.header("prefer")) ?? waitMsDefault;
  const maxAgeSeconds = query.maxAgeSeconds ?? definition.freshnessSeconds;
  const { run, announce } = await inTenancy(runs, tenantId, async (tx) =>
    startSharedIn(runs, tx, await preparedRequest(tx, definition, query.request, caller, tenantId), maxAgeSeconds),
  );
  announce();
  const ended = isFinal(run.state) ? run : await waiters.wait(run.id, waitMs, call.left);
  if (ended === null) return { status: 202, body: presentRun(run), headers: { location: runLocation(run.id) } };
  if (ended.state !== "completed" || ended.finishedAt === null) {
    throw new ProblemError("unavailable", `the report could not be computed: ${ended.problem?.detail ?? ended.state}`, {
      retryAfterSeconds: 5,
    });
  }
  // a run's result never changes, so the run's id names it
  const etag = `"${ended.id}"`;
  const headers = {
    etag,
    age: String(Math.max(0, Math.floor((Date.now() - ended.finishedAt) / 1_000))),
    "cache-control": "private",
  };
  if (matches(call.header("if-none-match"), etag)) return { status: 304, headers };
  // stored by the worker after it was checked against the definition's output
  return { status: 200, body: ended.result as z.input<Output>, headers };
}

function matches(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch.split(",").some((tag) => tag.trim() === "*" || tag.trim().replace(/^W\//, "") === etag);
}
