import type { Charge } from "./charge.ts";
import type { FoldedSpan, FoldedState } from "./folded.ts";

type Standing = Pick<FoldedSpan, "status" | "isUnattended"> & Charge;

/** Cuts an unresolved conversation's time into stretches in which it stood the same way. */
export class SpanFold {
  #ended: FoldedSpan[] = [];
  #open: FoldedSpan | null = null;

  /** How the conversation stands from `at` on (epoch milliseconds, ascending); resolved ones stand nowhere. */
  stand(at: number, state: Pick<FoldedState, "status" | "firstRespondedAt" | "waitingSince">, charge: Charge): void {
    if (state.status === "resolved") return;
    const isUnattended = state.status === "open" && (state.firstRespondedAt === null || state.waitingSince !== null);
    const { agent, team, priority } = charge;
    const standing: Standing = { status: state.status, isUnattended, agent, team, priority };
    if (this.#open !== null && isSame(this.#open, standing)) return;
    this.#end(at);
    this.#open = { startedAt: at, endedAt: null, ...standing };
  }

  /** Resolved at `at`, which may lie before what is known already: a source may state it later. */
  resolve(at: number): void {
    this.#end(Math.max(at, this.#open?.startedAt ?? at));
    this.#ended = this.#ended.flatMap((span) => {
      if (span.startedAt >= at) return [];
      return [{ ...span, endedAt: Math.min(span.endedAt ?? at, at) }];
    });
  }

  result(): readonly FoldedSpan[] {
    const joined: FoldedSpan[] = [];
    for (const span of this.#open === null ? this.#ended : [...this.#ended, this.#open]) {
      const last = joined.at(-1);
      // what changed and changed back within one instant is one stretch
      const goesOn = last !== undefined && last.endedAt === span.startedAt && isSame(last, span);
      if (goesOn) joined.splice(-1, 1, { ...span, startedAt: last.startedAt });
      else joined.push(span);
    }
    return joined;
  }

  #end(at: number): void {
    if (this.#open !== null && this.#open.startedAt < at) this.#ended.push({ ...this.#open, endedAt: at });
    this.#open = null;
  }
}

const isSame = (a: Standing, b: Standing): boolean =>
  a.status === b.status &&
  a.isUnattended === b.isUnattended &&
  a.agent === b.agent &&
  a.team === b.team &&
  a.priority === b.priority;
