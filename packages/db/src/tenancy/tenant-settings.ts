import type { PlanName } from "@deskpulse/domain/tenants/plan";
import type { WorkingHours } from "@deskpulse/domain/tenants/working-hours";
import { tenants } from "../schema/tenants.ts";

/** A tenant with all that is set for it. */
export interface TenantSettings {
  readonly id: string;
  readonly name: string;
  /** IANA zone. */
  readonly timezone: string;
  readonly plan: PlanName;
  readonly workingHours: WorkingHours | null;
  readonly createdAt: Date;
}

/** The columns that make TenantSettings. */
export const tenantSettings = {
  id: tenants.id,
  name: tenants.name,
  timezone: tenants.timezone,
  plan: tenants.plan,
  workingHours: tenants.workingHours,
  createdAt: tenants.createdAt,
};
