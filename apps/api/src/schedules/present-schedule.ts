import type { scheduleBody, scheduleWithSlots } from "@deskpulse/contract/schedules/schedule";
import type { Schedule, ScheduleSlot } from "@deskpulse/domain/schedules/schedule";
import { Slots } from "@deskpulse/runs/schedules/slots";
import type { z } from "zod";

const iso = (atMs: number): string => new Date(atMs).toISOString();
const nextTimesMax = 10;

/** A schedule as callers see it. */
export function presentSchedule(schedule: Schedule): z.input<typeof scheduleBody> {
  const { createdAtMs, changedAtMs, nextAtMs, ...rest } = schedule;
  // what is due and not fired yet is still to come
  const nextTimes =
    nextAtMs === null ? [] : (Slots.read(schedule.cron, schedule.timezone)?.next(nextAtMs - 1, nextTimesMax) ?? []);
  return { ...rest, createdAt: iso(createdAtMs), changedAt: iso(changedAtMs), nextTimes: nextTimes.map(iso) };
}

export const presentSlots = (slots: readonly ScheduleSlot[]): z.input<typeof scheduleWithSlots>["slots"] =>
  slots.map(({ slotAtMs, ...rest }) => ({ slotAt: iso(slotAtMs), ...rest }));

export const scheduleLocation = (id: string): string => `/api/schedules/${id}`;
