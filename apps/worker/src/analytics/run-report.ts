import { RangeQueries } from "@deskpulse/db/analytics/range-queries";
import { readDataCoverage } from "@deskpulse/db/analytics/read-data-coverage";
import { assembleReport } from "@deskpulse/domain/analytics/assemble-report";
import type { Report } from "@deskpulse/domain/analytics/report";
import { planReport } from "@deskpulse/domain/analytics/report-plan";
import type { ReportInput } from "@deskpulse/domain/analytics/report-request";
import type { RunContext } from "@deskpulse/runs/worker/processor";
import { measureBreakdown } from "./measure-breakdown.ts";
import type { PartDone, ReportWork } from "./report-work.ts";

/**
 * Runs a report's queries over its range, and over the compared one when asked, and puts them together. All of them see
 * one snapshot, so that the parts add up whatever arrives meanwhile.
 */
export async function runReport<Totals, Figures, Output>(
  work: ReportWork<Totals, Figures>,
  input: ReportInput,
  ctx: Pick<RunContext<Output>, "inTenant" | "progress">,
): Promise<Report<Totals, Figures>> {
  const startedAt = performance.now();
  const plan = planReport(input);
  const breakdownWork = input.breakdown === undefined ? undefined : work.breakdown;
  const breakdownParts = breakdownWork === undefined ? 0 : 1 + breakdownWork.parts;
  const partsTotal = 1 + work.parts * (plan.comparison === null ? 1 : 2) + breakdownParts;
  let partsDone = 0;
  const done: PartDone = (note) => {
    partsDone += 1;
    ctx.progress(partsDone / partsTotal, note);
  };
  const measured = await ctx.inTenant(
    async (tx) => {
      const coverage = await readDataCoverage(tx);
      done("data range");
      const queries = new RangeQueries(tx, plan.current, input);
      const current = await work.measure(queries, done);
      const withoutBusinessHours = await queries.withoutBusinessHours();
      const breakdown =
        input.breakdown === undefined || breakdownWork === undefined
          ? null
          : await measureBreakdown(tx, breakdownWork, input, input.breakdown, plan.current, done);
      if (breakdown !== null) queries.fromFacts();
      const { isSketched, source } = queries;
      if (plan.comparison === null)
        return { coverage, current, comparison: null, breakdown, withoutBusinessHours, isSketched, source };
      const compared = new RangeQueries(tx, plan.comparison, input);
      const comparison = await work.measure(compared, (note) => done(`${note}, compared range`));
      return {
        coverage,
        current,
        comparison,
        breakdown,
        withoutBusinessHours,
        isSketched: isSketched || compared.isSketched,
        source: source === compared.source ? source : ("rollups and facts" as const),
      };
    },
    { isolation: "repeatable read", statementTimeoutMs: work.statementTimeoutMs },
  );
  const { report, definitionVersion, charts } = work;
  const computedInMs = performance.now() - startedAt;
  return assembleReport({ report, definitionVersion, input, plan, ...measured, computedInMs, charts });
}
