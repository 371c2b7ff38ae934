import type { EngineTx, TenantTx } from "@deskpulse/db/transaction";
import { recomputeBusinessHours } from "@deskpulse/jobs/tenants/recompute-business-hours";
import type { RunService } from "@deskpulse/runs/run-service";
import { startSharedIn } from "@deskpulse/runs/start-shared";

/**
 * Starts, beside the change of hours or zone, the run that measures business time anew: of one inbox, or with null of
 * the whole tenant. To be announced after the commit.
 */
export async function startRecompute(
  runs: RunService,
  tx: EngineTx | TenantTx,
  of: { readonly tenantId: string; readonly inboxId: number | null; readonly createdBy: string },
): Promise<() => void> {
  const { tenantId, inboxId, createdBy } = of;
  const request = { definition: recomputeBusinessHours, input: { inboxId }, tenantId, createdBy };
  return (await startSharedIn(runs, tx, request, 0)).announce;
}
