import { listMembers } from "@deskpulse/db/identity/list-members";
import type { Handler } from "../http/handler.ts";
import { cutPage } from "../http/page.ts";
import { presentMember } from "./present-member.ts";
import { inTenant, tenantOf } from "./tenant-of.ts";

export const listUsers: Handler<"listUsers"> = async ({ query, caller }, { database }) => {
  const found = await inTenant(database, tenantOf(caller, query.tenantId), (tx) =>
    listMembers(tx, { afterId: query.cursor, limit: query.limit + 1 }),
  );
  return { status: 200, body: cutPage(found.map(presentMember), query.limit, ({ id }) => id) };
};
