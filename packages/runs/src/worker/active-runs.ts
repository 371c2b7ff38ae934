import type { ClaimedRun } from "@deskpulse/db/jobs/claim-runs";

export interface ActiveRun {
  readonly claim: ClaimedRun;
  readonly abort: AbortController;
}

/** What this worker process executes now, and which claims it may hold without knowing. */
export class ActiveRuns {
  readonly #active = new Map<string, ActiveRun>();
  /** Runs whose claim or finish got no answer: they may be ours in Postgres although nothing executes them. */
  readonly uncertain = new Set<string>();

  begin(claim: ClaimedRun): ActiveRun {
    const active = { claim, abort: new AbortController() };
    this.#active.set(claim.id, active);
    this.uncertain.delete(claim.id);
    return active;
  }

  end(active: ActiveRun): void {
    if (this.#active.get(active.claim.id) === active) this.#active.delete(active.claim.id);
  }

  get(runId: string): ActiveRun | undefined {
    return this.#active.get(runId);
  }

  all(): ActiveRun[] {
    return [...this.#active.values()];
  }

  get size(): number {
    return this.#active.size;
  }
}
