import { describe, expect, test } from "@jest/globals";
import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { csvText } from "../../src/analytics/csv-text.ts";
import { reportTable } from "../../src/analytics/report-table.ts";

const day = (date: number, figures: object) => ({
  start: `2026-01-0${date}T00:00:00Z`,
  end: `2026-01-0${date + 1}T00:00:00Z`,
  partial: date === 1,
  ...figures,
});
const responded = (count: number, medianSeconds: number | null) => ({
  created: count,
  firstResponse: { count, medianSeconds },
});
const entry = (key: string | null, name: string, figures: object) => ({
  dimensions: [
    { dimension: "agent" as const, key, name },
    { dimension: "label" as const, key: "a,b", name: "a,b" },
  ],
  ...figures,
});
const report = {
  totals: { ...responded(3, 1.5), histogram: [{ name: "under 5 min", count: 2 }] },
  series: [day(1, responded(1, 0.25)), day(2, responded(2, null))],
  comparison: { totals: responded(9, 7), series: [day(1, responded(9, 7))] },
  breakdowns: [entry("k1", "=cmd()", responded(2, -0.5)), entry(null, "Unassigned", responded(1, null))],
};
const read = (table: "series" | "totals" | "breakdowns", of: Parameters<typeof reportTable>[0] = report) =>
  parse(csvText(reportTable(of, table)), { columns: true }) as unknown;

describe("a report as a table", () => {
  test("has a row a bucket, with the comparison beside it and nothing where that has one less", () => {
    const compared = {
      "comparison.start": "2026-01-01T00:00:00Z",
      "comparison.end": "2026-01-02T00:00:00Z",
      "comparison.partial": "true",
      "comparison.created": "9",
      "comparison.firstResponse.count": "9",
      "comparison.firstResponse.medianSeconds": "7",
    };
    const first = {
      start: "2026-01-01T00:00:00Z",
      end: "2026-01-02T00:00:00Z",
      partial: "true",
      created: "1",
      "firstResponse.count": "1",
      "firstResponse.medianSeconds": "0.25",
    };
    const second = { ...first, start: "2026-01-02T00:00:00Z", end: "2026-01-03T00:00:00Z", partial: "false" };
    const measured = { created: "2", "firstResponse.count": "2", "firstResponse.medianSeconds": "" };
    const nothing = Object.fromEntries(Object.keys(compared).map((name) => [name, ""]));
    expect(read("series")).toEqual([
      { ...first, ...compared },
      { ...second, ...measured, ...nothing },
    ]);
    expect(read("series", { ...report, comparison: null })).toEqual([first, { ...second, ...measured }]);
  });

  test("has one row of totals, lists counted from 0", () => {
    expect(read("totals", { ...report, comparison: null })).toEqual([
      {
        created: "3",
        "firstResponse.count": "3",
        "firstResponse.medianSeconds": "1.5",
        "histogram.0.name": "under 5 min",
        "histogram.0.count": "2",
      },
    ]);
    expect(read("totals")).toEqual([expect.objectContaining({ created: "3", "comparison.created": "9" })]);
  });

  test("has a row an entry, with key and name of each dimension, no formulas, and numbers as they are", () => {
    const rows = [
      { agent: "k1", agentName: "'=cmd()", "firstResponse.medianSeconds": "-0.5" },
      { agent: "", agentName: "Unassigned", "firstResponse.medianSeconds": "" },
    ];
    expect(read("breakdowns")).toEqual(rows.map((row) => expect.objectContaining({ ...row, labelName: "a,b" })));
    expect(csvText(reportTable({ ...report, breakdowns: [] }, "breakdowns")).trim()).toBe("");
  });
});

describe("CSV", () => {
  const cells = fc.array(fc.array(fc.string({ unit: "grapheme" }), { minLength: 2, maxLength: 2 }), { maxLength: 9 });

  test("says every text to another reader as it is, but for an apostrophe before formulas", () => {
    fc.assert(
      fc.property(cells, (rows) => {
        const text = csvText({ columns: ["a", "b"], rows });
        const found = parse(text, { record_delimiter: "\r\n" }) as string[][];
        expect(found[0]).toEqual(["a", "b"]);
        expect(found.slice(1)).toEqual(
          rows.map((row) => row.map((cell) => (/^[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/.test(cell) ? `'${cell}` : cell))),
        );
      }),
    );
  });

  test.each(["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])("keeps %j from being a formula", (cell) => {
    expect(parse(csvText({ columns: ["a"], rows: [[cell]] }))).toEqual([["a"], [`'${cell}`]]);
  });

  test("ends lines with CRLF and quotes what needs it", () => {
    const rows = [
      ["a,b", 'say "hi"'],
      ["two\nlines", true],
      [null, -1.5],
    ] as const;
    expect(csvText({ columns: ["x", "y"], rows })).toBe('x,y\r\n"a,b","say ""hi"""\r\n"two\nlines",true\r\n,-1.5\r\n');
  });
});
