import { insertSlots, lastRequestedSlot } from "@deskpulse/db/schedules/record-slots";
import type { EngineTx, TenantTx } from "@deskpulse/db/transaction";
import { ProblemError } from "@deskpulse/domain/errors";
import type { Run } from "@deskpulse/domain/runs/run";
import type { Schedule } from "@deskpulse/domain/schedules/schedule";
import type { JobDefinition } from "@deskpulse/jobs/define-job";
import type { RunService } from "../run-service.ts";
import { startTogetherIn } from "../start-together.ts";
import { slotRequest } from "./slot-request.ts";

export interface RunByHand {
  readonly schedule: Schedule;
  readonly definition: JobDefinition;
  readonly tenantZone: string | null;
  readonly requestedBy: string;
}

/**
 * Starts a run of a schedule by hand, beside its times and whatever its overlap policy says; the caller holds the
 * schedule's lock, and calls `announce` after the commit. Throws ProblemError (unprocessable) when its input makes no run
 * any more.
 */
export async function runSlotNow(
  service: RunService,
  tx: TenantTx | EngineTx,
  { schedule, definition, tenantZone, requestedBy }: RunByHand,
): Promise<{ readonly run: Run; readonly announce: () => void }> {
  const nowMs = Date.now();
  const wanted = slotRequest(schedule, definition, tenantZone, nowMs);
  if (wanted.kind === "refused") throw new ProblemError("unprocessable", wanted.detail);
  const request = { ...wanted.request, createdBy: requestedBy };
  const { runs, newIds, announce } = await startTogetherIn(service, tx, schedule.tenantId, [request]);
  const [run] = runs;
  if (run === undefined) throw new Error("a request was given no run");
  const record = { scheduleId: schedule.id, tenantId: schedule.tenantId, runId: run.id, detail: null, requestedBy };
  const slotAtMs = besideCron(Math.max(nowMs, ((await lastRequestedSlot(tx, schedule.id)) ?? 0) + 1));
  await insertSlots(tx, [{ ...record, slotAtMs, outcome: newIds.has(run.id) ? "started" : "joined" }]);
  return { run, announce };
}

/** Cron's slots are whole seconds: a run by hand never takes the place of one. */
const besideCron = (atMs: number): number => (atMs % 1_000 === 0 ? atMs + 1 : atMs);
