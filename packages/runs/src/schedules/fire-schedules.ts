import { cancelRun } from "@deskpulse/db/jobs/cancel-run";
import { claimDueSchedules, type DueSchedule, setNextTimes } from "@deskpulse/db/schedules/claim-due-schedules";
import { countQueuedSlots, type FormerRun, formerRuns } from "@deskpulse/db/schedules/former-runs";
import { claimQueuedSlots } from "@deskpulse/db/schedules/queued-slots";
import { insertSlots, type SlotRecord, settleSlot, takeQueuedSlot } from "@deskpulse/db/schedules/record-slots";
import { asEngine, type EngineTx } from "@deskpulse/db/transaction";
import { isFinal } from "@deskpulse/domain/runs/run-state";
import type { JobDefinition } from "@deskpulse/jobs/define-job";
import { lockMs } from "../lock-times.ts";
import type { RunRequest } from "../new-run.ts";
import type { RunService } from "../run-service.ts";
import { startTogetherIn } from "../start-together.ts";
import { type PlannedSlot, planSlots, type SlotPlan } from "./plan-slots.ts";
import { slotRequest } from "./slot-request.ts";

type Jobs = ReadonlyMap<string, JobDefinition>;
type AfterCommit = () => void;

const schedulesPerTransaction = 50;

/**
 * Fires what is due by Postgres' clock, on time, late or missed, and starts slots that waited for the end of a former
 * run. Slots, runs and next times commit together; however many processes tick, a slot happens once. Answers whether
 * there may be more.
 */
export async function fireSchedules(service: RunService, jobs: Jobs): Promise<boolean> {
  const claim = { jobs: [...jobs.keys()], limit: schedulesPerTransaction };
  const fired = await inOne(service, async (tx, after) => {
    const due = await claimDueSchedules(tx, claim);
    if (due.length > 0) await fire(service, tx, jobs, due, after);
    return due.length;
  });
  const started = await inOne(service, (tx, after) => startQueued(service, tx, jobs, claim, after));
  return fired === schedulesPerTransaction || started === schedulesPerTransaction;
}

/** One transaction, and what is told after its commit. */
async function inOne<T>(
  service: RunService,
  work: (tx: EngineTx, after: (tell: AfterCommit) => void) => Promise<T>,
): Promise<T> {
  const told: AfterCommit[] = [];
  const answer = await asEngine(service.database, (tx) => work(tx, (tell) => told.push(tell)));
  for (const tell of told) tell();
  return answer;
}

async function fire(
  service: RunService,
  tx: EngineTx,
  jobs: Jobs,
  due: readonly DueSchedule[],
  after: (tell: AfterCommit) => void,
): Promise<void> {
  const ids = due.map(({ id }) => id);
  const former = await formerRuns(tx, ids);
  const queued = await countQueuedSlots(tx, ids);
  const plans = due.map((schedule): { schedule: DueSchedule; plan: SlotPlan } => ({
    schedule,
    plan: planSlots({
      ...schedule,
      isBusy: former.some(({ scheduleId }) => scheduleId === schedule.id),
      queued: queued.get(schedule.id) ?? 0,
    }),
  }));
  const cancelled = new Set(plans.flatMap(({ schedule, plan }) => (plan.cancelFormer ? [schedule.id] : [])));
  for (const run of former) if (run.own && cancelled.has(run.scheduleId)) await cancel(service, tx, run, after);
  const slots = plans.flatMap(({ schedule, plan }) => plan.slots.map((planned) => ({ schedule, planned })));
  await insertSlots(tx, await startSlots(service, tx, jobs, slots, after));
  await setNextTimes(
    tx,
    plans.map(({ schedule: { id }, plan: { nextAtMs } }) => ({ id, nextAtMs })),
  );
}

type SlotOf = Pick<DueSchedule, "tenantZone"> & Parameters<typeof slotRequest>[0];

/** Starts the runs of slots, those of a tenant in one INSERT; answers what is to stand on record, in order. */
async function startSlots(
  service: RunService,
  tx: EngineTx,
  jobs: Jobs,
  slots: readonly { readonly schedule: SlotOf; readonly planned: PlannedSlot }[],
  after: (tell: AfterCommit) => void,
): Promise<SlotRecord[]> {
  const byTenant = new Map<string | null, { record: SlotRecord; request: RunRequest }[]>();
  const records: SlotRecord[] = [];
  for (const { schedule, planned } of slots) {
    const { id: scheduleId, tenantId } = schedule;
    const base = { scheduleId, tenantId, slotAtMs: planned.slotAtMs, runId: null, requestedBy: null };
    if (planned.act !== "start") {
      records.push({ ...base, outcome: planned.act, detail: planned.detail });
      continue;
    }
    const asked = slotRequest(schedule, jobs.get(schedule.job), schedule.tenantZone, planned.slotAtMs);
    if (asked.kind === "refused") records.push({ ...base, outcome: "refused", detail: asked.detail });
    else {
      const ofTenant = byTenant.get(tenantId) ?? [];
      ofTenant.push({ record: { ...base, outcome: "started", detail: null }, request: asked.request });
      byTenant.set(tenantId, ofTenant);
    }
  }
  for (const [tenantId, asked] of byTenant) {
    const started = await startTogetherIn(
      service,
      tx,
      tenantId,
      asked.map(({ request }) => request),
    );
    after(started.announce);
    const unused = new Set(started.newIds);
    for (const [index, { record }] of asked.entries()) {
      const runId = started.runs[index]?.id ?? null;
      // the first slot of a new run started it; what else got that run joined it
      const isStarter = runId !== null && unused.delete(runId);
      records.push({ ...record, runId, outcome: isStarter ? "started" : "joined" });
    }
  }
  return records;
}

async function cancel(
  service: RunService,
  tx: EngineTx,
  { runId, tenantId, createdBy }: FormerRun,
  after: (tell: AfterCommit) => void,
): Promise<void> {
  const state = await cancelRun(tx, { runId, lockMs, detail: "the next slot of its schedule has come" });
  if (state === null) return;
  after(() =>
    service.publisher.publish(
      isFinal(state) ? { kind: "run", runId, tenantId, createdBy, state } : { kind: "cancel", runId },
    ),
  );
}

async function startQueued(
  service: RunService,
  tx: EngineTx,
  jobs: Jobs,
  claim: { jobs: readonly string[]; limit: number },
  after: (tell: AfterCommit) => void,
): Promise<number> {
  const waiting = await claimQueuedSlots(tx, claim);
  for (const { schedule, tenantZone, slotAtMs } of waiting) {
    // taken first: who started it between look and lock has it
    if (!(await takeQueuedSlot(tx, schedule.id, slotAtMs))) continue;
    const planned = { slotAtMs, act: "start", detail: null } as const;
    const [record] = await startSlots(service, tx, jobs, [{ schedule: { ...schedule, tenantZone }, planned }], after);
    if (record) await settleSlot(tx, record);
  }
  return waiting.length;
}
