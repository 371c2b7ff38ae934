import type { tenantBody } from "@deskpulse/contract/tenants/tenant";
import type { TenantSettings } from "@deskpulse/db/tenancy/tenant-settings";
import { plans } from "@deskpulse/domain/tenants/plan";
import type { z } from "zod";

/** A tenant as callers see it. */
export function presentTenant(tenant: TenantSettings): z.input<typeof tenantBody> {
  return {
    id: tenant.id,
    name: tenant.name,
    timezone: tenant.timezone,
    plan: tenant.plan,
    quotas: plans[tenant.plan],
    workingHours: tenant.workingHours,
    createdAt: tenant.createdAt.toISOString(),
  };
}
