import { nameValues } from "@deskpulse/db/analytics/name-values";
import { pickEntries } from "@deskpulse/db/analytics/pick-entries";
import { RangeQueries } from "@deskpulse/db/analytics/range-queries";
import type { TenantTx } from "@deskpulse/db/transaction";
import type { ReportBreakdown } from "@deskpulse/domain/analytics/assemble-report";
import {
  type BreakdownPlan,
  type Dimension,
  type DimensionValue,
  nameOfNone,
} from "@deskpulse/domain/analytics/breakdown";
import type { BucketedRange } from "@deskpulse/domain/analytics/report-plan";
import type { ReportInput } from "@deskpulse/domain/analytics/report-request";
import type { BreakdownWork, PartDone } from "./report-work.ts";

/** Picks the entries of a report's breakdown and measures each over the whole range, from the facts. */
export async function measureBreakdown<Figures>(
  tx: TenantTx,
  work: BreakdownWork<Figures>,
  input: ReportInput,
  dimensions: readonly Dimension[],
  range: BucketedRange,
  done: PartDone,
): Promise<ReportBreakdown<Figures>> {
  const plan = await pickEntries(tx, dimensions, work.facts, range, input.filters);
  const values = await dimensionValues(tx, plan);
  done("entries of the breakdown");
  const ofEntry = await work.measure(new RangeQueries(tx, range, input, plan), (note) => done(`${note}, broken down`));
  return { plan, entries: values.map((ofEach, entry) => ({ dimensions: ofEach, ...ofEntry(entry) })) };
}

/** The values of each entry, with their names. */
async function dimensionValues(tx: TenantTx, { dimensions, keys }: BreakdownPlan): Promise<DimensionValue[][]> {
  const entries = keys.map((): DimensionValue[] => []);
  for (const [place, dimension] of dimensions.entries()) {
    const known = [...new Set(keys.flatMap((ofEntry) => ofEntry[place] ?? []))];
    const names = await nameValues(tx, dimension, known);
    for (const [entry, ofEntry] of keys.entries()) {
      const key = ofEntry[place] ?? null;
      entries[entry]?.push({ dimension, key, name: key === null ? nameOfNone[dimension] : (names.get(key) ?? key) });
    }
  }
  return entries;
}
