import { expect, test } from "@jest/globals";
import { timeChart } from "../../src/analytics/time-chart.ts";

const lines = [{ id: "n", name: "N", value: ({ n }: { n: number | null }) => n }];
const series = (...values: (number | null)[]) => values.map((n, index) => ({ start: `bucket ${index}`, n }));
const chart = { id: "c", kind: "line", unit: "count" } as const;

test("a chart without comparison has its lines only", () => {
  expect(timeChart(chart, { series: series(1, null), comparison: null }, lines)).toEqual({
    ...chart,
    x: ["bucket 0", "bucket 1"],
    series: [{ id: "n", name: "N", values: [1, null] }],
  });
});

test("a comparison with fewer buckets is filled up with nulls, of one with more the rest is left out", () => {
  const values = (compared: number[]) =>
    timeChart(chart, { series: series(1, 2), comparison: { series: series(...compared) } }, lines).series[1]?.values;
  expect(values([5])).toEqual([5, null]);
  expect(values([5, 6, 7])).toEqual([5, 6]);
});
