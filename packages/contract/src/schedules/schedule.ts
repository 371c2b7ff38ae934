import { runStates } from "@deskpulse/domain/runs/run-state";
import { catchUpPolicies, overlapPolicies, slotOutcomes } from "@deskpulse/domain/schedules/schedule";
import { z } from "zod";

const time = z.iso.datetime();

/** A schedule as callers see it. */
export const scheduleBody = z.strictObject({
  id: z.uuid(),
  tenantId: z.uuid().nullable(),
  name: z.string(),
  job: z.string(),
  input: z.unknown(),
  cron: z.string(),
  timezone: z.string(),
  catchUp: z.enum(catchUpPolicies),
  overlap: z.enum(overlapPolicies),
  priority: z.int(),
  enabled: z.boolean(),
  /** Comes with its job: nothing but `enabled` can be changed. */
  builtIn: z.boolean(),
  createdBy: z.string(),
  createdAt: time,
  changedAt: time,
  /** The next ten; none while it is disabled. */
  nextTimes: z.array(time),
});

/** With what became of its newest slots, newest first. */
export const scheduleWithSlots = scheduleBody.extend({
  slots: z.array(
    z.strictObject({
      slotAt: time,
      outcome: z.enum(slotOutcomes),
      runId: z.uuid().nullable(),
      runState: z.enum(runStates).nullable(),
      detail: z.string().nullable(),
      requestedBy: z.string().nullable(),
    }),
  ),
});

export const scheduleList = z.strictObject({ items: z.array(scheduleBody), nextCursor: z.uuid().nullable() });
