import { readInbox as findInbox } from "@deskpulse/db/tenancy/read-inbox";
import { ProblemError } from "@deskpulse/domain/errors";
import type { Handler } from "../http/handler.ts";
import { inTenant, tenantOf } from "./tenant-of.ts";

export const readInbox: Handler<"readInbox"> = async ({ params, query, caller }, { database }) => {
  const inbox = await inTenant(database, tenantOf(caller, query.tenantId), (tx) => findInbox(tx, params.inboxId));
  if (inbox === null) throw unknownInbox();
  return { status: 200, body: inbox };
};

export const unknownInbox = (): ProblemError => new ProblemError("not-found", "there is no such inbox");
