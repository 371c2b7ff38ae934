import type { Handler } from "../http/handler.ts";
import { presentTenant } from "./present-tenant.ts";
import { inTenant, tenantOf } from "./tenant-of.ts";

export const readTenant: Handler<"readTenant"> = async ({ params, caller }, { database }) =>
  await inTenant(database, tenantOf(caller, params.tenantId), async (_tx, tenant) => ({
    status: 200,
    body: presentTenant(tenant),
  }));
