import { twoSidedP } from "./normal-tail.ts";

export interface ShareGroup {
  /** Where the group stands on the line, for instance its place in time. */
  readonly score: number;
  readonly part: number;
  readonly whole: number;
}

export interface ShareTrend {
  /** Standard normal where there is no trend; above 0 the share rises. */
  readonly z: number;
  /** How likely so much of a trend is where there is none. */
  readonly pValue: number;
}

/**
 * Does a share rise or fall with the groups' scores? The test of Cochran (1954) and Armitage (1955), without correction
 * for continuity. Null where it says nothing: groups of one score, or a share of 0 or 1 throughout.
 */
export function cochranArmitage(groups: readonly ShareGroup[]): ShareTrend | null {
  const sum = (value: (group: ShareGroup) => number): number =>
    groups.reduce((total, group) => total + value(group), 0);
  const whole = sum((group) => group.whole);
  if (whole === 0) return null;
  const share = sum((group) => group.part) / whole;
  const statistic = sum(({ score, part, whole: size }) => score * (part - size * share));
  const spread =
    sum(({ score, whole: size }) => size * score ** 2) - sum(({ score, whole: size }) => size * score) ** 2 / whole;
  const variance = share * (1 - share) * spread;
  if (!(variance > 1e-12)) return null;
  const z = statistic / Math.sqrt(variance);
  return { z, pValue: twoSidedP(z) };
}
