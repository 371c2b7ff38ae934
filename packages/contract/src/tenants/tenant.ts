import { planNames } from "@deskpulse/domain/tenants/plan";
import { workingHours } from "@deskpulse/domain/tenants/working-hours";
import { findZone } from "@deskpulse/domain/time/zone";
import { z } from "zod";

const time = z.iso.datetime();

export const tenantId = z.uuid().toLowerCase();
/** Which tenant an operator means; others may name their own. */
export const tenantQuery = z.strictObject({ tenantId: tenantId.optional() });

export const name = z.string().min(1).max(200).refine(isShown, "must not be blank or begin or end with a blank");
export const zone = z
  .string()
  .max(100)
  .refine((text) => findZone(text) !== null, "is no IANA zone that is known here");
export const plan = z.enum(planNames);
export const hours = workingHours.nullable();

function isShown(text: string): boolean {
  return text.trim() === text;
}

const quotas = z.strictObject({
  conversationsPerMonth: z.int().nullable(),
  agents: z.int().nullable(),
  apiCallsPerDay: z.int().nullable(),
  storedRows: z.int().nullable(),
});

/** A tenant with its settings. A quota of null is unlimited. */
export const tenantBody = z.strictObject({
  id: tenantId,
  name: z.string(),
  timezone: z.string(),
  plan,
  quotas,
  workingHours: hours,
  createdAt: time,
});

export const tenantList = z.strictObject({ items: z.array(tenantBody), nextCursor: tenantId.nullable() });

const usage = z.strictObject({
  /** Null: unlimited. */
  limit: z.int().nullable(),
  /** Null for calls without a limit: nobody counts them. While Redis is away, only what this process has seen. */
  used: z.int().nullable(),
  /** Of the limit, 0 and up; null when unlimited. */
  share: z.number().nullable(),
  /** True where counting each row would take long: then the database's own statistics, renewed as the rows change. */
  estimated: z.boolean(),
  /** Since when it counts; null for what stands now. */
  since: time.nullable(),
});

export const usageBody = z.strictObject({
  plan,
  measuredAt: time,
  quotas: z.strictObject({ conversationsPerMonth: usage, agents: usage, apiCallsPerDay: usage, storedRows: usage }),
});
