import { insertAuditEntry } from "@deskpulse/db/identity/insert-audit-entry";
import { lockInbox } from "@deskpulse/db/tenancy/read-inbox";
import { updateInbox } from "@deskpulse/db/tenancy/update-inbox";
import type { Handler } from "../http/handler.ts";
import { changedFields } from "./changed-fields.ts";
import { knownZone } from "./known-zone.ts";
import { unknownInbox } from "./read-inbox.ts";
import { startRecompute } from "./start-recompute.ts";
import { inTenant, tenantOf } from "./tenant-of.ts";

export const changeInbox: Handler<"changeInbox"> = async ({ params, query, body, caller }, { database, runs }) => {
  const tenantId = tenantOf(caller, query.tenantId);
  const { inboxId } = params;
  let announce = (): void => undefined;
  const inbox = await inTenant(database, tenantId, async (tx) => {
    const before = await lockInbox(tx, inboxId);
    if (before === null) throw unknownInbox();
    const after = {
      ...before,
      name: body.name ?? before.name,
      channel: body.channel ?? before.channel,
      timezone: typeof body.timezone === "string" ? knownZone(body.timezone) : kept(body.timezone, before.timezone),
      workingHours: kept(body.workingHours, before.workingHours),
    };
    const changed = changedFields(before, after);
    if (changed === null) return before;
    await updateInbox(tx, after);
    if (changed.timezone !== undefined || changed.workingHours !== undefined) {
      announce = await startRecompute(runs, tx, { tenantId, inboxId, createdBy: caller.subject });
    }
    const object = `inbox:${inboxId}`;
    const act = { actor: caller.subject, act: "change-inbox", object, outcome: "done", detail: changed } as const;
    await insertAuditEntry(tx, { tenantId, ...act });
    return after;
  });
  announce();
  return { status: 200, body: inbox };
};

/** Absent leaves it as it is, null unsets it. */
const kept = <Value>(given: Value | null | undefined, before: Value | null): Value | null =>
  given === undefined ? before : given;
