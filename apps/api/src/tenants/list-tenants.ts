import { listTenants as findTenants } from "@deskpulse/db/tenancy/list-tenants";
import { asEngine } from "@deskpulse/db/transaction";
import type { Handler } from "../http/handler.ts";
import { cutPage } from "../http/page.ts";
import { presentTenant } from "./present-tenant.ts";

export const listTenants: Handler<"listTenants"> = async ({ query }, { database }) => {
  const found = await asEngine(database, (tx) => findTenants(tx, { afterId: query.cursor, limit: query.limit + 1 }));
  return { status: 200, body: cutPage(found.map(presentTenant), query.limit, ({ id }) => id) };
};
