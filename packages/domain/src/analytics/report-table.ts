import type { Report } from "./report.ts";

/** Which part of a report stands in a table: a row a bucket, one row, or a row an entry of the breakdown. */
export const reportTables = ["series", "totals", "breakdowns"] as const;
export type ReportTableName = (typeof reportTables)[number];

export type Cell = string | number | boolean | null;

/** Rows of named columns; every row has a cell for each. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

type AnyReport = Pick<Report<object, object>, "totals" | "series" | "comparison" | "breakdowns">;
type Row = ReadonlyMap<string, Cell>;

/**
 * A part of a report with each figure in a column of its own, named as its path in JSON (`firstResponse.medianSeconds`).
 * The comparison's columns begin with `comparison.`, bucket by bucket, null where it has one less; breakdowns have none.
 */
export function reportTable(report: AnyReport, table: ReportTableName): Table {
  switch (table) {
    case "series":
      return tableOf(report.series.map((point, index) => beside(point, report.comparison?.series[index])));
    case "totals":
      return tableOf([beside(report.totals, report.comparison?.totals)]);
    case "breakdowns":
      return tableOf(
        report.breakdowns.map(({ dimensions, ...figures }) => {
          const values = dimensions.flatMap(({ dimension, key, name }): [string, Cell][] => [
            [dimension, key],
            [`${dimension}Name`, name],
          ]);
          return new Map([...values, ...flat(figures)]);
        }),
      );
  }
}

const beside = (figures: object, compared: object | undefined): Row =>
  new Map([...flat(figures), ...(compared === undefined ? [] : flat(compared, "comparison."))]);

/** The rows under all of their columns, in the order in which these come first. */
function tableOf(rows: readonly Row[]): Table {
  const columns = [...new Set(rows.flatMap((row) => [...row.keys()]))];
  return { columns, rows: rows.map((row) => columns.map((column) => row.get(column) ?? null)) };
}

function flat(value: object, prefix = ""): [string, Cell][] {
  return Object.entries(value).flatMap(([name, inner]: [string, unknown]): [string, Cell][] => {
    if (typeof inner === "object" && inner !== null) return flat(inner, `${prefix}${name}.`);
    return [[prefix + name, typeof inner === "number" || typeof inner === "boolean" ? inner : textOf(inner)]];
  });
}

const textOf = (value: unknown): string | null => (value === null || value === undefined ? null : String(value));
