import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { cochranArmitage } from "../../src/statistics/cochran-armitage.ts";
import { wilsonInterval } from "../../src/statistics/wilson-interval.ts";

describe("Wilson's interval", () => {
  // Newcombe, Statistics in Medicine 17 (1998), table I, method 3
  test.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])("of %i of %i is Newcombe's", (part, whole, low, high) => {
    const interval = wilsonInterval(part, whole);
    expect(interval?.low).toBeCloseTo(low, 4);
    expect(interval?.high).toBeCloseTo(high, 4);
  });

  test("holds the share, within 0 and 1, and of nothing there is none", () => {
    expect(wilsonInterval(0, 0)).toBeNull();
    fc.assert(
      fc.property(fc.nat(1_000), fc.nat(1_000), (part, rest) => {
        const interval = wilsonInterval(part, part + rest);
        if (interval === null) return part + rest === 0;
        const share = part / (part + rest);
        return 0 <= interval.low && interval.low <= share && share <= interval.high && interval.high <= 1;
      }),
    );
  });
});

describe("the test of Cochran and Armitage", () => {
  test("finds what Agresti finds of alcohol and malformations", () => {
    // Agresti, An Introduction to Categorical Data Analysis, 2.5: M² = 6.57 with 1 degree of freedom, P = 0.010
    const groups = [
      { score: 0, part: 48, whole: 17_114 },
      { score: 0.5, part: 38, whole: 14_502 },
      { score: 1.5, part: 5, whole: 793 },
      { score: 4, part: 1, whole: 127 },
      { score: 7, part: 1, whole: 38 },
    ];
    const trend = cochranArmitage(groups);
    expect((trend?.z ?? 0) ** 2).toBeCloseTo(6.57, 1);
    expect(trend?.pValue).toBeCloseTo(0.01, 2);
  });

  test("turns round with the scores, and says nothing without a difference", () => {
    const groups = [1, 2, 3].map((score) => ({ score, part: score, whole: 5 }));
    const back = groups.map(({ score, ...rest }) => ({ score: -score, ...rest }));
    expect(cochranArmitage(back)?.z).toBeCloseTo(-(cochranArmitage(groups)?.z ?? 0), 12);
    expect(cochranArmitage([])).toBeNull();
    expect(cochranArmitage(groups.map((group) => ({ ...group, score: 1 })))).toBeNull();
    expect(cochranArmitage(groups.map((group) => ({ ...group, part: 0 })))).toBeNull();
  });
});
