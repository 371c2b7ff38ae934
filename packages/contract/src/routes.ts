import { analyticsRoutes } from "./analytics/routes.ts";
import { docsRoutes } from "./docs/routes.ts";
import type { RouteTable } from "./http/route.ts";
import { apiKeyRoutes } from "./identity/api-key-routes.ts";
import { identityRoutes } from "./identity/routes.ts";
import { ingestRoutes } from "./ingest/routes.ts";
import { webhookRoutes } from "./ingest/webhook-routes.ts";
import { jobsRoutes } from "./jobs/routes.ts";
import { auditRoutes } from "./operator/audit-routes.ts";
import { workerRoutes } from "./operator/worker-routes.ts";
import { databaseRoutes } from "./performance/database-routes.ts";
import { performanceRoutes } from "./performance/routes.ts";
import { schedulesRoutes } from "./schedules/routes.ts";
import { tenantsRoutes } from "./tenants/routes.ts";

/** Every route of the API. Handlers, documents and the client derive from it. */
export const routes = {
  ...identityRoutes,
  ...apiKeyRoutes,
  ...jobsRoutes,
  ...ingestRoutes,
  ...webhookRoutes,
  ...schedulesRoutes,
  ...analyticsRoutes,
  ...docsRoutes,
  ...performanceRoutes,
  ...tenantsRoutes,
  ...auditRoutes,
  ...workerRoutes,
  ...databaseRoutes,
} as const satisfies RouteTable;
export type Routes = typeof routes;
export type RouteKey = keyof Routes;
