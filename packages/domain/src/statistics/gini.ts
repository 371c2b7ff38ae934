/**
 * How unequally something is shared: 0 when all have the same, towards 1 when one has all. Gini (1912), by the sorted
 * values, as Σ (2 i - n - 1) x_i / (n Σ x). 0 of one and of nothing but zeros; null of none. Values are not negative.
 */
export function gini(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  const sum = sorted.reduce((total, value) => total + value, 0);
  if (sorted.length === 0) return null;
  if (sum === 0) return 0;
  return (
    sorted.reduce((total, value, index) => total + (2 * (index + 1) - sorted.length - 1) * value, 0) /
    (sorted.length * sum)
  );
}
