/**
 * How likely a standard normal value is at least `z` away from 0, on either side: the two-sided p value of `z`. By the
 * power series and, from 3 on, the continued fraction of Abramowitz and Stegun, 26.2.10 and 26.2.14; relative error below 1e-9.
 */
export function twoSidedP(z: number): number {
  const x = Math.abs(z);
  const density = Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
  if (x >= 3) {
    let fraction = x;
    for (let term = 200; term >= 1; term--) fraction = x + term / fraction;
    return (2 * density) / fraction;
  }
  let [sum, term] = [x, x];
  for (let odd = 3; term > sum * 1e-16; odd += 2) {
    term *= (x * x) / odd;
    sum += term;
  }
  return 1 - 2 * density * sum;
}
