import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { changePoints } from "../../src/statistics/change-points.ts";
import { mannKendall } from "../../src/statistics/mann-kendall.ts";
import { twoSidedP } from "../../src/statistics/normal-tail.ts";
import { decompose } from "../../src/statistics/seasonal-decomposition.ts";

describe("the two-sided p value of a normal statistic", () => {
  // standard tables
  test.each([
    [0, 1],
    [1, 0.317_310_507_863],
    [1.959_963_984_54, 0.05],
    [2.575_829_303_55, 0.01],
    [3.290_526_731_49, 0.001],
    [6, 1.973_175_29e-9],
  ])("of %f is %f", (z, p) => {
    expect(Math.abs(twoSidedP(z) / p - 1)).toBeLessThan(1e-8);
    expect(twoSidedP(-z)).toBe(twoSidedP(z));
  });
});

describe("the test of Mann and Kendall", () => {
  test("counts pairs, allows for ties and takes the median slope", () => {
    // by hand: 8 pairs rise, 1 falls, 1 is equal; variance 5 x 4 x 15 / 18 less 2 x 1 x 9 / 18
    const trend = mannKendall([1, 2, 2, 5, 4]);
    expect(trend).toMatchObject({ score: 7, tau: 0.7 });
    expect(trend?.pValue).toBeCloseTo(twoSidedP(6 / Math.sqrt(16.666_666_666_7 - 1)), 9);
    expect(trend?.slope).toBeCloseTo(0.875, 12);
  });

  test("takes no weekly pattern for a trend, and finds one beneath it", () => {
    const pattern = [9, 8, 7, 8, 6, 1, 0];
    const flat = Array.from({ length: 70 }, (_, index) => pattern[index % 7] ?? 0);
    expect(mannKendall(flat, 7)).toMatchObject({ score: 0, slope: 0, pValue: 1 });
    const rising = flat.map((value, index) => value + index / 10);
    expect(mannKendall(rising, 7)?.slope).toBeCloseTo(0.1, 9);
    expect(mannKendall(rising, 7)?.pValue).toBeLessThan(1e-9);
  });

  test("of turned round values turns round, and of one value says nothing", () => {
    expect(mannKendall([3])).toBeNull();
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 2, maxLength: 40 }), (values) => {
        const [there, back] = [mannKendall(values), mannKendall(values.map((value) => -value))];
        expect(back?.score).toBeCloseTo(-(there?.score ?? 0), 9);
        expect(back?.pValue).toBeCloseTo(there?.pValue ?? 0, 9);
      }),
    );
  });
});

describe("change points", () => {
  // a fixed noise, between -1 and 1
  const noise = (index: number): number => ((index * 7_919) % 201) / 100 - 1;

  test("are where the level changes, with the means on both sides", () => {
    const values = Array.from({ length: 90 }, (_, index) => (index < 30 ? 10 : index < 60 ? 20 : 14) + noise(index));
    const found = changePoints(values, 7);
    expect(found.map(({ index }) => index)).toEqual([30, 60]);
    expect(found[0]?.before).toBeCloseTo(10, 0);
    expect(found[0]?.after).toBeCloseTo(20, 0);
  });

  test("are none where there is only noise, nothing, or too little", () => {
    expect(
      changePoints(
        Array.from({ length: 100 }, (_, index) => noise(index)),
        7,
      ),
    ).toEqual([]);
    expect(changePoints(new Array(50).fill(3), 7)).toEqual([]);
    expect(changePoints([1, 2, 9], 7)).toEqual([]);
  });
});

test("decomposition gives back the trend and the pattern that a series was made of", () => {
  const pattern = [3, 1, 0, -1, 2, -2, -3];
  const values = Array.from({ length: 56 }, (_, index) => 100 + 2 * index + (pattern[index % 7] ?? 0));
  const parts = decompose(values, 7);
  for (const [index, seasonal] of (parts?.seasonal ?? []).entries())
    expect(seasonal).toBeCloseTo(pattern[index] ?? 0, 9);
  expect(parts?.trend.slice(0, 3)).toEqual([null, null, null]);
  for (const [index, level] of (parts?.trend ?? []).entries())
    if (level !== null) expect(level).toBeCloseTo(100 + 2 * index, 9);
  expect(decompose(values.slice(0, 13), 7)).toBeNull();
});
