import { medianOf, medianRatio, type Rounds, short } from "./rounds.ts";

/** One line of the final table. */
export interface Result {
  readonly bench: string;
  readonly what: string;
  readonly ours: number;
  readonly peer: number;
  readonly ratio: number;
  /** Absent: the line explains another, and has no goal. */
  readonly goal?: { readonly is: "at least" | "at most"; readonly ratio: number };
}

export function resultOf(
  rounds: Rounds,
  figure: string,
  given: { readonly bench: string; readonly what?: string; readonly goal?: NonNullable<Result["goal"]> },
): Result {
  return {
    what: figure,
    ours: medianOf(rounds.ours, figure),
    peer: medianOf(rounds.peer, figure),
    ratio: medianRatio(rounds, figure),
    ...given,
  };
}

export function isReached({ goal, ratio }: Result): boolean {
  if (goal === undefined) return true;
  return goal.is === "at least" ? ratio >= goal.ratio : ratio <= goal.ratio;
}

/** A larger ratio means a peer that uses next to nothing of it, and says no more. */
const ratioMax = 50;

/** All results as a Markdown table. */
export function resultTable(results: readonly Result[]): string {
  const lines = results.map((result) => {
    const { goal } = result;
    const bar = goal === undefined ? "" : `${goal.is === "at least" ? ">=" : "<="} ${goal.ratio.toFixed(2)}`;
    const verdict = goal === undefined ? "" : isReached(result) ? "reached" : "**not reached**";
    const ratio = goal === undefined && !(result.ratio <= ratioMax) ? "" : `${result.ratio.toFixed(2)}x`;
    const figures = [short(result.ours), short(result.peer), ratio, bar, verdict];
    return `| ${[result.bench, result.what, ...figures].join(" | ")} |`;
  });
  return ["| bench | figure | ours | peer | ratio | goal | |", "|---|---|---|---|---|---|---|", ...lines].join("\n");
}
