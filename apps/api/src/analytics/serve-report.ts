import type { runBody } from "@deskpulse/contract/jobs/run";
import { csvText } from "@deskpulse/domain/analytics/csv-text";
import { relativeRequest } from "@deskpulse/domain/analytics/relative-request";
import type { Report } from "@deskpulse/domain/analytics/report";
import type { ReportQuery } from "@deskpulse/domain/analytics/report-query";
import { reportTable } from "@deskpulse/domain/analytics/report-table";
import { ProblemError } from "@deskpulse/domain/errors";
import { isFinal } from "@deskpulse/domain/runs/run-state";
import type { Caller } from "@deskpulse/domain/tenants/caller";
import type { JobDefinition } from "@deskpulse/jobs/define-job";
import { sharingKeyOf } from "@deskpulse/runs/new-run";
import { inTenancy, startSharedIn } from "@deskpulse/runs/start-shared";
import type { z } from "zod";
import type { ApiParts, BodylessReply, MediaReply, TextReply } from "../http/handler.ts";
import { matchesEtag } from "../http/matches-etag.ts";
import { pointing } from "../http/point-into.ts";
import { preferredWaitMs } from "../http/prefer.ts";
import { actingTenant, preparedRequest, requestFor, unknownTenant } from "../jobs/job-request.ts";
import { presentRun, runLocation } from "../jobs/present-run.ts";

/** How long a report's GET waits when the caller says nothing. */
const waitMsDefault = 5_000;

const csvType = "text/csv";

interface ReportCall {
  readonly query: ReportQuery;
  readonly caller: Caller;
  readonly header: (name: string) => string | undefined;
  readonly prefers: <Type extends string>(first: Type, ...others: Type[]) => Type;
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
 * Answers a report: from a stored result young enough, in the cache or in Postgres, else from the one run that all equal requests share, waited for
 * a few seconds. Throws ProblemError, unavailable when the run failed.
 */
export async function serveReport<Output extends z.ZodType>(
  definition: JobDefinition<z.ZodType, z.ZodType, Output>,
  call: ReportCall,
  { runs, waiters, reports, demand, tenants }: ApiParts,
): Promise<ReportReply<z.input<Output>> | TextReply | MediaReply | RunReply | BodylessReply> {
  const { query, caller } = call;
  const tenantId = pointing("query", () => actingTenant(caller, query.tenantId, true));
  const tenant = tenantId === null ? null : await tenants.of(tenantId);
  if (tenant === null) throw unknownTenant();
  const waitMs = preferredWaitMs(call.header("prefer")) ?? waitMsDefault;
  const maxAgeSeconds = query.maxAgeSeconds ?? definition.freshnessSeconds;
  const asked = requestFor(tenant, definition, query.request, caller, "query");
  demand.count(tenant.id, definition.name, relativeRequest(query.request));
  const askedKey = sharingKeyOf(asked);
  const kept = askedKey === null ? null : await reports.read(tenant.id, askedKey, maxAgeSeconds);
  if (kept !== null)
    return reportReply(call, kept.runId, kept.finishedAtMs, { json: kept.json }, () =>
      inOrder(definition, JSON.parse(kept.json)),
    );

  const { run, announce, sharingKey } = await inTenancy(runs, tenant.id, async (tx) => {
    const request = await preparedRequest(tx, definition, query.request, caller, tenant.id, "query");
    return { ...(await startSharedIn(runs, tx, request, maxAgeSeconds)), sharingKey: sharingKeyOf(request) };
  });
  announce();
  // a run that ends from now on is kept by its worker
  if (run.state === "completed" && sharingKey !== null) void reports.keep(run, sharingKey);
  const ended = isFinal(run.state) ? run : await waiters.wait(run.id, waitMs, call.left);
  if (ended === null) return { status: 202, body: presentRun(run), headers: { location: runLocation(run.id) } };
  if (ended.state !== "completed" || ended.finishedAt === null) {
    throw new ProblemError("unavailable", `the report could not be computed: ${ended.problem?.detail ?? ended.state}`, {
      retryAfterSeconds: 5,
    });
  }
  // stored by the worker after it was checked against the definition's output
  const body = ended.result as z.input<Output>;
  return reportReply(call, ended.id, ended.finishedAt, { body }, () => inOrder(definition, body));
}

type AnyReport = Report<object, object>;

/** A stored report with its figures in the order of its definition: Postgres keeps keys in one of its own. */
function inOrder(definition: Pick<JobDefinition, "output">, stored: unknown): AnyReport {
  const { data = stored } = definition.output.safeParse(stored);
  // checked when it was stored; what an earlier version stored may lack what is new, and keeps its order
  return data as AnyReport;
}

/**
 * 200 with the report in the form that the caller likes best, or 304 to who has it. A run's result never changes, so the
 * run's id names it, and with the table the CSV made of it.
 */
function reportReply<Content extends object>(
  call: Pick<ReportCall, "header" | "prefers" | "query">,
  runId: string,
  finishedAtMs: number,
  json: Content,
  report: () => AnyReport,
):
  | (Content & { readonly status: 200; readonly headers: Readonly<Record<string, string>> })
  | MediaReply
  | BodylessReply {
  const { table } = call.query;
  const mediaType = call.prefers("application/json", csvType);
  const etag = mediaType === csvType ? `"${runId}.${table}.csv"` : `"${runId}"`;
  const headers = {
    etag,
    age: String(Math.max(0, Math.floor((Date.now() - finishedAtMs) / 1_000))),
    "cache-control": "private",
    vary: "Accept",
  };
  if (matchesEtag(call.header("if-none-match"), etag)) return { status: 304, headers };
  if (mediaType !== csvType) return { status: 200, ...json, headers };
  const made = report();
  const name = `${made.meta.report.replace("analytics.", "")}-${table}-${made.meta.from.slice(0, 10)}-${made.meta.to.slice(0, 10)}.csv`;
  const disposition = { "content-disposition": `attachment; filename="${name}"` };
  return { status: 200, text: csvText(reportTable(made, table)), mediaType, headers: { ...headers, ...disposition } };
}
