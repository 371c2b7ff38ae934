import { insertAuditEntry } from "@deskpulse/db/identity/insert-audit-entry";
import { readMember } from "@deskpulse/db/identity/read-member";
import { updateUser } from "@deskpulse/db/identity/update-user";
import { writeMembership } from "@deskpulse/db/identity/write-membership";
import { revokeTokensOf } from "@deskpulse/identity/revoke-tokens";
import type { Handler } from "../http/handler.ts";
import { changedFields } from "./changed-fields.ts";
import { checkAdminRemains, checkIsOnlyOurs, checkRoomForOneMore, unknownUser } from "./member-rules.ts";
import { presentMember } from "./present-member.ts";
import { changingTenant, tenantOf } from "./tenant-of.ts";

export const changeUser: Handler<"changeUser"> = async ({ params, query, body, caller }, { database }) => {
  const tenantId = tenantOf(caller, query.tenantId);
  const { userId } = params;
  const member = await changingTenant(database, tenantId, async (tx, tenant) => {
    const before = await readMember(tx, tenantId, userId);
    if (before === null) throw unknownUser();
    const after = {
      ...before,
      name: body.name ?? before.name,
      role: body.role ?? before.role,
      disabled: body.disabled ?? before.disabled,
    };
    const changed = changedFields(before, after);
    if (changed === null) return before;
    await checkAdminRemains(tx, before, after);
    if (changed.name !== undefined || changed.disabled !== undefined) {
      if (caller.role !== "operator") await checkIsOnlyOurs(tx, before);
      if (before.disabled && !after.disabled && after.email !== null) await checkRoomForOneMore(tx, tenant);
      await updateUser(tx, after);
    }
    if (changed.role !== undefined) await writeMembership(tx, { tenantId, userId, role: after.role });
    if (changed.disabled !== undefined) await revokeTokensOf(tx, { subject: userId, tenantId: null });
    else if (changed.role !== undefined) await revokeTokensOf(tx, { subject: userId, tenantId });
    const object = `user:${userId}`;
    const act = { actor: caller.subject, act: "change-user", object, outcome: "done", detail: changed } as const;
    await insertAuditEntry(tx, { tenantId, ...act });
    return after;
  });
  return { status: 200, body: presentMember(member) };
};
