import { readMember } from "@deskpulse/db/identity/read-member";
import type { Handler } from "../http/handler.ts";
import { unknownUser } from "./member-rules.ts";
import { presentMember } from "./present-member.ts";
import { inTenant, tenantOf } from "./tenant-of.ts";

export const readUser: Handler<"readUser"> = async ({ params, query, caller }, { database }) => {
  const tenantId = tenantOf(caller, query.tenantId);
  const member = await inTenant(database, tenantId, (tx) => readMember(tx, tenantId, params.userId));
  if (member === null) throw unknownUser();
  return { status: 200, body: presentMember(member) };
};
