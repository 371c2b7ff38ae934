import { analyticsRoutes } from "./analytics/routes.ts";
import type { RouteTable } from "./http/route.ts";
import { identityRoutes } from "./identity/routes.ts";
import { jobsRoutes } from "./jobs/routes.ts";

/** Every route of the API. Handlers, documents and the client derive from it. */
export const routes = { ...identityRoutes, ...jobsRoutes, ...analyticsRoutes } as const satisfies RouteTable;
export type Routes = typeof routes;
export type RouteKey = keyof Routes;
