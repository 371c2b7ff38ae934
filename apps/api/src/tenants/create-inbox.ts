import { insertAuditEntry } from "@deskpulse/db/identity/insert-audit-entry";
import { insertInbox } from "@deskpulse/db/tenancy/insert-inbox";
import type { Handler } from "../http/handler.ts";
import { idempotencyKey, idempotently } from "../http/idempotency.ts";
import { knownZone } from "./known-zone.ts";
import { inTenant, tenantOf } from "./tenant-of.ts";

export const createInbox: Handler<"createInbox"> = async (call, { database }) => {
  const { body, caller, route } = call;
  const { name, channel, workingHours } = body;
  const tenantId = tenantOf(caller, body.tenantId, "/tenantId");
  const key = idempotencyKey(call.header("idempotency-key"));
  return await inTenant(database, tenantId, (tx) =>
    idempotently(tx, { key, route, bodyHash: call.bodyHash(), caller }, async () => {
      const timezone = body.timezone === null ? null : knownZone(body.timezone);
      const inbox = await insertInbox(tx, { name, channel, timezone, workingHours });
      await insertAuditEntry(tx, {
        tenantId,
        actor: caller.subject,
        act: "create-inbox",
        object: `inbox:${inbox.id}`,
        outcome: "done",
        detail: { name, channel, timezone, workingHours },
      });
      return { status: 201 as const, body: inbox, headers: { location: `/api/inboxes/${inbox.id}` } };
    }),
  );
};
