import { isDatabaseAway } from "@deskpulse/db/away";
import { cancelRun } from "@deskpulse/db/jobs/cancel-run";
import {
  claimDueSchedules,
  type DueSchedule,
  type ScheduleClaim,
  setNextTimes,
} from "@deskpulse/db/schedules/claim-due-schedules";
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

/** What one transaction may do: with which claim, and why it may start nothing (null: it may). */
interface Turn {
  readonly tx: EngineTx;
  readonly claim: ScheduleClaim;
  readonly refusal: string | null;
  /** Called after the commit. */
  readonly after: (tell: AfterCommit) => void;
  /** Says which schedules the transaction has locked, before anything is done with them. */
  readonly claimed: (ids: readonly string[]) => void;
}

/**
 * Fires what is due by Postgres' clock, on time, late or missed, and starts slots that waited for the end of a former
 * run. Slots, runs and next times commit together; however many processes tick, a slot happens once. Answers whether
 * there may be more.
 */
export async function fireSchedules(service: RunService, jobs: Jobs): Promise<boolean> {
  const fired = await inGroup(service, jobs, (turn) => fireDue(service, turn, jobs));
  const started = await inGroup(service, jobs, (turn) => startQueued(service, turn, jobs));
  return fired || started;
}

/** A group of schedules in one transaction; when it fails, each of them in its own, so that none holds up the others. */
async function inGroup(service: RunService, jobs: Jobs, work: (turn: Turn) => Promise<void>): Promise<boolean> {
  const claim = { jobs: [...jobs.keys()], limit: schedulesPerTransaction };
  let locked: readonly string[] = [];
  const claimed = (ids: readonly string[]): void => {
    locked = ids;
  };
  try {
    await inOne(service, (tx, after) => work({ tx, claim, refusal: null, after, claimed }));
  } catch (error) {
    if (locked.length === 0 || isDatabaseAway(error)) throw error;
    for (const id of locked) await alone(service, { ...claim, id }, work);
  }
  return locked.length === schedulesPerTransaction;
}

/** What can never be stored stands on record as refused; what failed for the moment stays due. */
async function alone(service: RunService, claim: ScheduleClaim, work: (turn: Turn) => Promise<void>): Promise<void> {
  const turn = (refusal: string | null) =>
    inOne(service, (tx, after) => work({ tx, claim, refusal, after, claimed: () => undefined }));
  try {
    await turn(null);
  } catch (error) {
    if (isDatabaseAway(error)) throw error;
    service.log.warn({ err: error, schedule: claim.id }, "could not fire a schedule");
    if (isRefused(error)) await turn("Postgres refuses the run that it makes");
  }
}

/** SQLSTATE classes 22 (data exception) and 23 (integrity constraint violation): the same again would fail again. */
const isRefused = (error: unknown): boolean =>
  error instanceof Error && "code" in error && typeof error.code === "string" && /^2[23][0-9A-Z]{3}$/.test(error.code);

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

async function fireDue(service: RunService, turn: Turn, jobs: Jobs): Promise<void> {
  const { tx, claim, refusal, after, claimed } = turn;
  const due = await claimDueSchedules(tx, claim);
  if (due.length === 0) return;
  const ids = due.map(({ id }) => id);
  claimed(ids);
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
  const cancelled = new Set(
    plans.flatMap(({ schedule, plan }) => (plan.cancelFormer && refusal === null ? [schedule.id] : [])),
  );
  for (const run of former) if (run.own && cancelled.has(run.scheduleId)) await cancel(service, tx, run, after);
  const slots = plans.flatMap(({ schedule, plan }) => plan.slots.map((planned) => ({ schedule, planned })));
  await insertSlots(tx, await startSlots(service, turn, jobs, slots));
  await setNextTimes(
    tx,
    plans.map(({ schedule: { id }, plan: { nextAtMs } }) => ({ id, nextAtMs })),
  );
}

type SlotOf = Pick<DueSchedule, "tenantZone"> & Parameters<typeof slotRequest>[0];

/** Starts the runs of slots, those of a tenant in one INSERT; answers what is to stand on record, in order. */
async function startSlots(
  service: RunService,
  { tx, refusal, after }: Turn,
  jobs: Jobs,
  slots: readonly { readonly schedule: SlotOf; readonly planned: PlannedSlot }[],
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
    const asked =
      refusal === null
        ? slotRequest(schedule, jobs.get(schedule.job), schedule.tenantZone, planned.slotAtMs)
        : ({ kind: "refused", detail: refusal } as const);
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

async function startQueued(service: RunService, turn: Turn, jobs: Jobs): Promise<void> {
  const { tx, claim, claimed } = turn;
  const waiting = await claimQueuedSlots(tx, claim);
  claimed(waiting.map(({ schedule: { id } }) => id));
  for (const { schedule, tenantZone, slotAtMs } of waiting) {
    // taken first: who started it between look and lock has it
    if (!(await takeQueuedSlot(tx, schedule.id, slotAtMs))) continue;
    const planned = { slotAtMs, act: "start", detail: null } as const;
    const [record] = await startSlots(service, turn, jobs, [{ schedule: { ...schedule, tenantZone }, planned }]);
    if (record) await settleSlot(tx, record);
  }
}
