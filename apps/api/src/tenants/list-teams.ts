import { listTeams as findTeams } from "@deskpulse/db/tenancy/list-teams";
import type { Handler } from "../http/handler.ts";
import { cutPage } from "../http/page.ts";
import { inTenant, tenantOf } from "./tenant-of.ts";

export const listTeams: Handler<"listTeams"> = async ({ query, caller }, { database }) => {
  const found = await inTenant(database, tenantOf(caller, query.tenantId), (tx) =>
    findTeams(tx, { afterId: query.cursor ?? 0, limit: query.limit + 1 }),
  );
  return { status: 200, body: cutPage(found, query.limit, ({ id }) => String(id)) };
};
