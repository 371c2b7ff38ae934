import { findSharedRun } from "@deskpulse/db/jobs/find-shared-run";
import { asEngine, asTenant, type EngineTx, type TenantTx } from "@deskpulse/db/transaction";
import { ProblemError } from "@deskpulse/domain/errors";
import type { Run } from "@deskpulse/domain/runs/run";
import { type RunRequest, runFromNew, sharingKeyOf } from "./new-run.ts";
import type { RunService } from "./run-service.ts";

/** Opens the transaction in which a run of this tenant (null: of operators) may be read and written. */
export function inTenancy<T>(
  service: RunService,
  tenantId: string | null,
  work: (tx: TenantTx | EngineTx) => Promise<T>,
): Promise<T> {
  return tenantId === null ? asEngine(service.database, work) : asTenant(service.database, tenantId, work);
}

/**
 * The run that answers this request: a stored one at most `maxAgeSeconds` old, else the equal one under way, else a new
 * one. However many ask at once, one runs.
 */
export async function startShared(service: RunService, request: RunRequest, maxAgeSeconds: number): Promise<Run> {
  const started = await inTenancy(service, request.tenantId, (tx) =>
    startSharedIn(service, tx, request, maxAgeSeconds),
  );
  started.announce();
  return started.run;
}

export interface StartedRun {
  readonly run: Run;
  /** To be called after the commit; does nothing for a run that was there already. */
  readonly announce: () => void;
}

/** The same inside a transaction of the caller. */
export async function startSharedIn(
  service: RunService,
  tx: TenantTx | EngineTx,
  request: RunRequest,
  maxAgeSeconds: number,
): Promise<StartedRun> {
  const sharingKey = sharingKeyOf(request);
  // A run that ends between look and insert makes both miss; the second round then finds room.
  for (let round = 0; round < 3; round++) {
    if (sharingKey !== null) {
      const shared = await findSharedRun(tx, { tenantId: request.tenantId, sharingKey, maxAgeSeconds });
      if (shared) return { run: shared, announce: () => undefined };
    }
    const stored = await service.enqueueIn(tx, request);
    if (stored) return { run: runFromNew(stored), announce: () => service.announce([{ ...stored, handover: 1 }]) };
  }
  throw new ProblemError("unavailable", "equal runs start and end too fast; try again", { retryAfterSeconds: 1 });
}
