/** 97.5 % of the standard normal distribution lie below it. */
const z95 = 1.959963984540054;

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * Between what bounds does a share lie of which `part` of `whole` were seen? The score interval of Wilson (1927) at 95 %,
 * which also holds near 0 and 1 and for few. Null of nothing.
 */
export function wilsonInterval(part: number, whole: number): Interval | null {
  if (whole === 0) return null;
  const share = part / whole;
  const square = z95 ** 2;
  const centre = share + square / (2 * whole);
  const reach = z95 * Math.sqrt((share * (1 - share)) / whole + square / (4 * whole ** 2));
  const scale = 1 + square / whole;
  // rounding must not put the ends beyond what was seen
  const low = part === 0 ? 0 : (centre - reach) / scale;
  const high = part === whole ? 1 : (centre + reach) / scale;
  return { low: Math.max(0, low), high: Math.min(1, high) };
}
