import { findSharedRuns } from "@deskpulse/db/jobs/find-shared-run";
import { insertRuns, type NewRun } from "@deskpulse/db/jobs/insert-runs";
import type { EngineTx, TenantTx } from "@deskpulse/db/transaction";
import { ProblemError } from "@deskpulse/domain/errors";
import type { Run } from "@deskpulse/domain/runs/run";
import { newRun, type RunRequest, runFromNew } from "./new-run.ts";
import type { RunService } from "./run-service.ts";

export interface StartedRuns {
  /** One a request, in their order; equal shared requests have the same. */
  readonly runs: readonly Run[];
  /** Those that are new. */
  readonly newIds: ReadonlySet<string>;
  /** To be called after the commit. */
  readonly announce: () => void;
}

/**
 * Starts the runs of many requests of one tenant (null: of operators) inside the caller's transaction, in one INSERT:
 * all or, when it throws, none. A request that an unfinished run answers already, of the same call or an earlier one,
 * gets that one.
 */
export async function startTogetherIn(
  service: RunService,
  tx: TenantTx | EngineTx,
  tenantId: string | null,
  requests: readonly RunRequest[],
): Promise<StartedRuns> {
  const asked = requests.map(newRun);
  const byKey = new Map<string, Run>();
  const stored: NewRun[] = [];
  let missing = distinct(asked);
  // A run that ends between look and insert makes both miss; the next round then finds room.
  for (let round = 0; missing.length > 0; round++) {
    if (round === 3) {
      throw new ProblemError("unavailable", "equal runs start and end too fast; try again", { retryAfterSeconds: 1 });
    }
    const sharingKeys = missing.flatMap(({ sharingKey }) => (sharingKey === null ? [] : [sharingKey]));
    if (sharingKeys.length > 0) {
      for (const [key, run] of await findSharedRuns(tx, { tenantId, sharingKeys })) byKey.set(key, run);
      missing = missing.filter(({ sharingKey }) => sharingKey === null || !byKey.has(sharingKey));
    }
    const ids = await insertRuns(tx, missing);
    stored.push(...missing.filter(({ id }) => ids.has(id)));
    for (const run of missing)
      if (run.sharingKey !== null && ids.has(run.id)) byKey.set(run.sharingKey, runFromNew(run));
    missing = missing.filter(({ id }) => !ids.has(id));
  }
  return {
    runs: asked.map((run) => (run.sharingKey === null ? undefined : byKey.get(run.sharingKey)) ?? runFromNew(run)),
    newIds: new Set(stored.map(({ id }) => id)),
    announce: () => service.announce(stored.map((run) => ({ ...run, handover: 1 }))),
  };
}

/** One of each sharing key. Those with a key come last and in order of it: calls that meet wait, and never in a circle. */
function distinct(runs: readonly NewRun[]): NewRun[] {
  const shared = new Map<string, NewRun>();
  for (const run of runs) if (run.sharingKey !== null && !shared.has(run.sharingKey)) shared.set(run.sharingKey, run);
  const inOrder = [...shared].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, run]) => run);
  return [...runs.filter(({ sharingKey }) => sharingKey === null), ...inOrder];
}
