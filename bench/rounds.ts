export type Side = "ours" | "peer";

/** Figures of one side in one round, by name. */
export type Figures = Readonly<Record<string, number>>;

export interface Rounds {
  readonly ours: readonly Figures[];
  readonly peer: readonly Figures[];
}

/** Lets both sides run in turns: a warm-up each (not for a single round, which measures nothing), then ours, peer, ours, peer ...; prints every round. */
export async function alternate(
  rounds: number,
  run: Readonly<Record<Side, (warmUp: boolean) => Promise<Figures>>>,
): Promise<Rounds> {
  const figures: { ours: Figures[]; peer: Figures[] } = { ours: [], peer: [] };
  if (rounds > 1) for (const side of ["ours", "peer"] as const) await run[side](true);
  for (let round = 1; round <= rounds; round++) {
    for (const side of ["ours", "peer"] as const) {
      const measured = await run[side](false);
      figures[side].push(measured);
      const words = Object.entries(measured).map(([name, value]) => `${name} ${short(value)}`);
      console.log(`  round ${round} ${side}: ${words.join(", ")}`);
    }
  }
  return figures;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const high = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? high : ((sorted[middle - 1] ?? Number.NaN) + high) / 2;
}

export const medianOf = (rounds: readonly Figures[], name: string): number =>
  median(rounds.map((figures) => figures[name] ?? Number.NaN));

/** The median of the rounds' own ratios: both sides of a round met the same machine. */
export const medianRatio = ({ ours, peer }: Rounds, name: string): number =>
  median(ours.map((figures, round) => (figures[name] ?? Number.NaN) / (peer[round]?.[name] ?? Number.NaN)));

/** The q-quantile (0..1) by nearest rank. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN;
}

export const short = (value: number): string =>
  Math.abs(value) >= 100 ? String(Math.round(value)) : value.toFixed(Math.abs(value) >= 10 ? 1 : 2);
