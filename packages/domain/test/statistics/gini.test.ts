import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { gini } from "../../src/statistics/gini.ts";

test("inequality is nothing among equals, and (n - 1) / n where one has all", () => {
  expect(gini([])).toBeNull();
  expect(gini([7])).toBe(0);
  expect(gini([0, 0])).toBe(0);
  expect(gini([3, 3, 3])).toBeCloseTo(0, 12);
  expect(gini([0, 0, 0, 9])).toBeCloseTo(0.75, 12);
});

test("inequality is half the mean difference of all pairs over the mean", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(100), { minLength: 1, maxLength: 20 }), (values) => {
      const sum = values.reduce((total, value) => total + value, 0);
      const pairs = values
        .flatMap((a) => values.map((b) => Math.abs(a - b)))
        .reduce((total, value) => total + value, 0);
      expect(gini(values)).toBeCloseTo(sum === 0 ? 0 : pairs / (2 * values.length * sum), 9);
    }),
  );
});
