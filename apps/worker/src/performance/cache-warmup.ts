import { setTimeout as sleep } from "node:timers/promises";
import { readCacheFigures } from "@deskpulse/cache/cache-figures";
import { readEndedRuns } from "@deskpulse/db/jobs/read-run";
import type { Run } from "@deskpulse/domain/runs/run";
import { isFinal } from "@deskpulse/domain/runs/run-state";
import type { cacheWarmup as definition } from "@deskpulse/jobs/performance/cache-warmup";
import { startShared } from "@deskpulse/runs/start-shared";
import type { Processor, ProcessorCall } from "@deskpulse/runs/worker/processor";
import type { WorkerParts } from "../worker-parts.ts";
import { type DemandedReport, prepareDemanded } from "./demanded-reports.ts";

/** Reports under way at once: people's own requests share the workers with these. */
const lanes = 4;
const lookEveryMs = 50;
const windowMinutes = 60;
const failuresTold = 20;

type Ctx = ProcessorCall<typeof definition>["ctx"];
type Outcome =
  | { readonly kind: "warmed"; readonly bytes: number }
  | { readonly kind: "skipped" | "notReached" }
  | { readonly kind: "failed"; readonly reason: string };

/**
 * Starts the runs of the reports that are asked for most, as a caller would, and caches what they end with: requests that
 * come meanwhile share them. What the budget leaves under way ends all the same, and is cached by its worker.
 */
export const cacheWarmup =
  (parts: WorkerParts): Processor<typeof definition> =>
  async ({ input, ctx }) => {
    const startedAtMs = Date.now();
    const deadlineMs = startedAtMs + input.budgetSeconds * 1_000;
    const figures = await readCacheFigures(parts.cache, ctx.tenantId, windowMinutes);
    const hitRateBefore = figures.namespaces.find(({ namespace }) => namespace === "reports")?.hitRate ?? null;
    const demanded = await parts.demand.most(ctx.tenantId, input.limit);
    const reports = await prepareDemanded(ctx.database, demanded, ctx.signal);
    const hitRateReplayedBefore = await replay(parts, reports);

    const counts = { warmed: 0, skipped: 0, failed: 0, notReached: 0 };
    const failures: { job: string; reason: string }[] = [];
    let bytes = 0;
    let done = 0;
    const waiting = reports.values();
    const lane = async (): Promise<void> => {
      for (const report of waiting) {
        const outcome = await warm(parts, ctx, report, deadlineMs);
        counts[outcome.kind] += 1;
        if (outcome.kind === "warmed") bytes += outcome.bytes;
        if (outcome.kind === "failed" && failures.length < failuresTold) {
          failures.push({ job: report.job, reason: outcome.reason });
        }
        done += 1;
        ctx.progress(done / (reports.length + 1), `${report.job}: ${outcome.kind}`);
      }
    };
    await Promise.all(Array.from({ length: lanes }, lane));

    const hitRateAfter = await replay(parts, reports);
    const seconds = (Date.now() - startedAtMs) / 1_000;
    ctx.log(`warmed ${counts.warmed}, skipped ${counts.skipped}, failed ${counts.failed} of ${reports.length} reports`);
    return {
      demanded: reports.length,
      ...counts,
      failures,
      bytes,
      seconds,
      hitRateBefore,
      hitRateReplayedBefore,
      hitRateAfter,
    };
  };

async function warm(parts: WorkerParts, ctx: Ctx, { work }: DemandedReport, deadlineMs: number): Promise<Outcome> {
  ctx.signal.throwIfAborted();
  if (work.kind === "impossible") return { kind: "failed", reason: work.reason };
  const { tenantId, request, sharingKey, freshnessSeconds } = work;
  if (await parts.reports.has(tenantId, sharingKey, freshnessSeconds)) return { kind: "skipped" };
  if (Date.now() >= deadlineMs) return { kind: "notReached" };
  try {
    const run = await ended(await startShared(parts.runs, request, freshnessSeconds), ctx, deadlineMs);
    if (run === null) return { kind: "notReached" };
    if (run.state !== "completed") return { kind: "failed", reason: run.problem?.detail ?? run.state };
    const bytes = await parts.reports.keep(run, sharingKey);
    return bytes === null ? { kind: "failed", reason: "the cache did not take it" } : { kind: "warmed", bytes };
  } catch (error) {
    ctx.signal.throwIfAborted();
    return { kind: "failed", reason: error instanceof Error ? error.message.slice(0, 300) : String(error) };
  }
}

/** The run once it has ended; null when that takes longer than the budget. */
async function ended(run: Run, ctx: Ctx, deadlineMs: number): Promise<Run | null> {
  if (isFinal(run.state)) return run;
  while (Date.now() < deadlineMs) {
    await sleep(lookEveryMs, undefined, { signal: ctx.signal });
    const [found] = await ctx.inEngine((tx) => readEndedRuns(tx, [run.id]));
    if (found) return found;
  }
  return null;
}

/** Of the demand, the share that the cache could answer now; null without demand. */
async function replay({ reports: cached }: WorkerParts, reports: readonly DemandedReport[]): Promise<number | null> {
  let [asked, answered] = [0, 0];
  for (const report of reports) {
    asked += report.asked;
    const { work } = report;
    if (work.kind === "possible" && (await cached.has(work.tenantId, work.sharingKey, work.freshnessSeconds))) {
      answered += report.asked;
    }
  }
  return asked === 0 ? null : answered / asked;
}
