import type { SlotOutcome } from "@deskpulse/domain/schedules/schedule";
import type { EngineTx, TenantTx } from "../transaction.ts";

export interface SlotRecord {
  readonly scheduleId: string;
  readonly tenantId: string | null;
  readonly slotAtMs: number;
  readonly outcome: SlotOutcome;
  readonly runId: string | null;
  readonly detail: string | null;
  readonly requestedBy: string | null;
}

/** Records what became of slots. Fails when one is on record already. Index: primary key. */
export async function insertSlots(tx: TenantTx | EngineTx, slots: readonly SlotRecord[]): Promise<void> {
  if (slots.length === 0) return;
  await tx.sql`
    insert into schedule_runs (schedule_id, tenant_id, slot_at, outcome, run_id, detail, requested_by)
    select "scheduleId", "tenantId", to_timestamp("slotAtMs" / 1000), outcome, "runId", detail, "requestedBy"
    from json_to_recordset(${JSON.stringify(slots)}::text::json) as slot("scheduleId" uuid, "tenantId" uuid,
      "slotAtMs" float8, outcome text, "runId" uuid, detail text, "requestedBy" text)`;
}

/** Ends the waiting of a queued slot. False when somebody else did. Index: primary key. */
export async function takeQueuedSlot(tx: EngineTx, scheduleId: string, slotAtMs: number): Promise<boolean> {
  const { count } = await tx.sql`
    update schedule_runs set outcome = 'started'
    where schedule_id = ${scheduleId} and slot_at = ${new Date(slotAtMs)} and outcome = 'queued'`;
  return count > 0;
}

/** Says what became of a slot that was taken from the queue. Index: primary key. */
export async function settleSlot(tx: EngineTx, slot: SlotRecord): Promise<void> {
  await tx.sql`
    update schedule_runs set outcome = ${slot.outcome}, run_id = ${slot.runId}, detail = ${slot.detail}
    where schedule_id = ${slot.scheduleId} and slot_at = ${new Date(slot.slotAtMs)}`;
}

/** The newest slot of a schedule that was asked for by hand, epoch milliseconds; null when there is none. */
export async function lastRequestedSlot(tx: TenantTx | EngineTx, scheduleId: string): Promise<number | null> {
  const [row] = await tx.sql<{ slot_at: Date }[]>`
    select slot_at from schedule_runs where schedule_id = ${scheduleId} and requested_by is not null
    order by slot_at desc limit 1`;
  return row?.slot_at.getTime() ?? null;
}

/** Deletes at most `limit` slots before `beforeMs`; returns how many. Index: schedule_runs_slot. */
export async function deleteOldSlots(tx: EngineTx, beforeMs: number, limit: number): Promise<number> {
  const { count } = await tx.sql`
    delete from schedule_runs where ctid = any (array(
      select ctid from schedule_runs where slot_at < to_timestamp(${beforeMs}::float8 / 1000) limit ${limit}))`;
  return count;
}
