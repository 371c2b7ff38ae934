import { listInboxes as findInboxes } from "@deskpulse/db/tenancy/list-inboxes";
import type { Handler } from "../http/handler.ts";
import { cutPage } from "../http/page.ts";
import { inTenant, tenantOf } from "./tenant-of.ts";

export const listInboxes: Handler<"listInboxes"> = async ({ query, caller }, { database }) => {
  const found = await inTenant(database, tenantOf(caller, query.tenantId), (tx) =>
    findInboxes(tx, { afterId: query.cursor ?? 0, limit: query.limit + 1 }),
  );
  return { status: 200, body: cutPage(found, query.limit, ({ id }) => String(id)) };
};
