import { listApiKeys as readApiKeys } from "@deskpulse/db/identity/list-api-keys";
import type { Handler } from "../http/handler.ts";
import { cutPage } from "../http/page.ts";
import { inTenant, tenantOf } from "../tenants/tenant-of.ts";
import { presentApiKey } from "./present-api-key.ts";

export const listApiKeys: Handler<"listApiKeys"> = async ({ query, caller }, { database }) => {
  const found = await inTenant(database, tenantOf(caller, query.tenantId), (tx) =>
    readApiKeys(tx, { beforeId: query.cursor, limit: query.limit + 1 }),
  );
  return { status: 200, body: cutPage(found.map(presentApiKey), query.limit, ({ id }) => id) };
};
