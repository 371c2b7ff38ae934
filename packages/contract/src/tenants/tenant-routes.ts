import { planDefault } from "@deskpulse/domain/tenants/plan";
import { z } from "zod";
import { limit } from "../http/lists.ts";
import type { RouteTable } from "../http/route.ts";
import { hours, name, plan, tenantBody, tenantId, tenantList, usageBody, zone } from "./tenant.ts";

const params = z.strictObject({ tenantId });

export const tenantRoutes = {
  listTenants: {
    method: "GET",
    path: "/api/tenants",
    role: "operator",
    summary: "All tenants, oldest id first.",
    query: z.strictObject({ cursor: tenantId.optional(), limit }),
    replies: { 200: tenantList },
  },
  createTenant: {
    method: "POST",
    path: "/api/tenants",
    role: "operator",
    idempotent: true,
    problems: ["conflict"],
    summary: "Makes a tenant, without users.",
    body: z.strictObject({ name, timezone: zone.default("UTC"), plan: plan.default(planDefault) }),
    replies: { 201: tenantBody },
  },
  readTenant: {
    method: "GET",
    path: "/api/tenants/{tenantId}",
    role: "agent",
    summary: "A tenant with its settings: one's own, or any for an operator.",
    params,
    replies: { 200: tenantBody },
  },
  changeTenant: {
    method: "PATCH",
    path: "/api/tenants/{tenantId}",
    role: "admin",
    problems: ["conflict"],
    summary:
      "Changes settings; the plan is for operators. New hours or a new zone measure business time anew, by a run.",
    params,
    body: z
      .strictObject({
        name: name.optional(),
        timezone: zone.optional(),
        workingHours: hours.optional(),
        plan: plan.optional(),
      })
      .refine((body) => Object.keys(body).length > 0, "must change something"),
    replies: { 200: tenantBody },
  },
  readTenantUsage: {
    method: "GET",
    path: "/api/tenants/{tenantId}/usage",
    role: "admin",
    summary: "Each quota of the tenant's plan: how much is allowed, and used at this moment.",
    params,
    replies: { 200: usageBody },
  },
} as const satisfies RouteTable;
