import type { CatchUpPolicy, OverlapPolicy } from "@deskpulse/domain/schedules/schedule";
import { Slots } from "./slots.ts";

/** Slots older than this were missed by everybody: what becomes of them is the catch-up policy's. */
export const lateAfterMs = 15_000;
/** Slots that one firing looks back at; older ones are missed, and stand on record as one. */
export const catchUpMax = 1_000;
/** Slots of a schedule that may wait for the end of a former run; what comes beyond is skipped. */
export const queuedMax = 100;

export interface SlotsToPlan {
  readonly cron: string;
  readonly timezone: string;
  readonly catchUp: CatchUpPolicy;
  readonly overlap: OverlapPolicy;
  readonly nextAtMs: number;
  /** The newest slot on record: nothing up to it happens again. */
  readonly lastSlotMs: number | null;
  readonly nowMs: number;
  /** Has the schedule an unfinished run, and how many slots wait for its end? */
  readonly isBusy: boolean;
  readonly queued: number;
}

export interface PlannedSlot {
  readonly slotAtMs: number;
  readonly act: "start" | "queued" | "skipped" | "missed" | "refused";
  /** Why it does not start; null when it does. */
  readonly detail: string | null;
}

export interface SlotPlan {
  readonly slots: readonly PlannedSlot[];
  readonly cancelFormer: boolean;
  /** Null: never again. */
  readonly nextAtMs: number | null;
}

/** What becomes of everything that is due, on time, late or long missed, and when the schedule is due next. */
export function planSlots(due: SlotsToPlan): SlotPlan {
  const { cron, timezone, nowMs, nextAtMs } = due;
  const slots = readable(cron, timezone);
  if (slots === null) {
    const detail = "its cron expression or zone is not known any more";
    return { slots: [{ slotAtMs: nextAtMs, act: "refused", detail }], cancelFormer: false, nextAtMs: null };
  }
  const fromMs = Math.max(nextAtMs, (due.lastSlotMs ?? 0) + 1);
  const found = slots.latest(fromMs, nowMs, catchUpMax);
  const late = found.slots.filter((slotAtMs) => slotAtMs < nowMs - lateAfterMs);
  const onTime = found.slots.slice(late.length);
  const caught: Record<CatchUpPolicy, readonly number[]> = {
    all: late,
    latest: onTime.length > 0 ? [] : late.slice(-1),
    none: [],
  };
  const caughtUp = caught[due.catchUp];
  const missed = late.filter((slotAtMs) => !caughtUp.includes(slotAtMs));
  const fire = [...caughtUp, ...onTime];
  return {
    slots: [
      ...(found.older ? [beyond(fromMs)] : []),
      ...missed.map((slotAtMs) => ({ slotAtMs, act: "missed", detail: "nobody was there to fire it" }) as const),
      ...overlapping(fire, due),
    ],
    cancelFormer: due.overlap === "cancel" && due.isBusy && fire.length > 0,
    nextAtMs: slots.after(nowMs),
  };
}

function readable(cron: string, timezone: string): Slots | null {
  try {
    return Slots.read(cron, timezone);
  } catch {
    return null; // a zone that this process' copy of the zone data does not have
  }
}

const beyond = (slotAtMs: number): PlannedSlot => ({
  slotAtMs,
  act: "missed",
  detail: `nobody was there to fire it and those that followed, but for the latest ${catchUpMax}`,
});

function overlapping(fire: readonly number[], { overlap, isBusy, queued }: SlotsToPlan): PlannedSlot[] {
  const start = (slotAtMs: number): PlannedSlot => ({ slotAtMs, act: "start", detail: null });
  const skip =
    (detail: string) =>
    (slotAtMs: number): PlannedSlot => ({ slotAtMs, act: "skipped", detail });
  switch (overlap) {
    case "skip": {
      const starting = isBusy ? 0 : 1;
      return [
        ...fire.slice(0, starting).map(start),
        ...fire.slice(starting).map(skip("the former run was not finished")),
      ];
    }
    case "cancel":
      return [...fire.slice(0, -1).map(skip("a later slot was due as well")), ...fire.slice(-1).map(start)];
    case "queue": {
      const starting = isBusy || queued > 0 ? 0 : 1;
      const room = starting + Math.max(0, queuedMax - queued);
      return [
        ...fire.slice(0, starting).map(start),
        ...fire.slice(starting, room).map((slotAtMs) => ({ slotAtMs, act: "queued", detail: null }) as const),
        ...fire.slice(room).map(skip(`${queuedMax} slots were waiting already`)),
      ];
    }
  }
}
