import type { RouteTable } from "../http/route.ts";
import { inboxRoutes } from "./inbox-routes.ts";
import { tenantRoutes } from "./tenant-routes.ts";
import { userRoutes } from "./user-routes.ts";

export const tenantsRoutes = { ...tenantRoutes, ...userRoutes, ...inboxRoutes } as const satisfies RouteTable;
