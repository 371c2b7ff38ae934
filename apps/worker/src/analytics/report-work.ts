import type { RangeQueries } from "@deskpulse/db/analytics/range-queries";
import type { RangeFigures } from "@deskpulse/domain/analytics/assemble-report";
import type { Report, ReportChart } from "@deskpulse/domain/analytics/report";
import type { ReportFact } from "@deskpulse/domain/analytics/report-facts";

/** Tells that one more part is done, and what it was. */
export type PartDone = (note: string) => void;

/** How a report is broken down: its figures for each entry. */
export interface BreakdownWork<Figures> {
  /** What puts a value among the entries; the first decides which is the greatest. */
  readonly facts: readonly ReportFact[];
  /** How often `measure` calls `done`. */
  readonly parts: number;
  readonly measure: (queries: RangeQueries, done: PartDone) => Promise<(entry: number) => Figures>;
}

export interface ReportWork<Totals, Figures> {
  readonly report: string;
  readonly definitionVersion: number;
  readonly statementTimeoutMs: number;
  /** How often `measure` calls `done`. */
  readonly parts: number;
  /** Queries one range. */
  readonly measure: (queries: RangeQueries, done: PartDone) => Promise<RangeFigures<Totals, Figures>>;
  /** Absent where the job's preparation refuses breakdowns. */
  readonly breakdown?: BreakdownWork<Figures>;
  readonly charts: (report: Omit<Report<Totals, Figures>, "charts">) => ReportChart[];
}
