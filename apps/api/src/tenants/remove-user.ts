import { endMembership } from "@deskpulse/db/identity/end-membership";
import { insertAuditEntry } from "@deskpulse/db/identity/insert-audit-entry";
import { readMember } from "@deskpulse/db/identity/read-member";
import { revokeTokensOf } from "@deskpulse/identity/revoke-tokens";
import type { Handler } from "../http/handler.ts";
import { checkAdminRemains, unknownUser } from "./member-rules.ts";
import { presentMember } from "./present-member.ts";
import { changingTenant, tenantOf } from "./tenant-of.ts";

export const removeUser: Handler<"removeUser"> = async ({ params, query, caller }, { database }) => {
  const tenantId = tenantOf(caller, query.tenantId);
  const { userId } = params;
  const member = await changingTenant(database, tenantId, async (tx) => {
    const before = await readMember(tx, tenantId, userId);
    if (before === null) throw unknownUser();
    await checkAdminRemains(tx, before, null);
    await endMembership(tx, tenantId, userId);
    await revokeTokensOf(tx, { subject: userId, tenantId });
    await insertAuditEntry(tx, {
      tenantId,
      actor: caller.subject,
      act: "remove-user",
      object: `user:${userId}`,
      outcome: "done",
      detail: { role: before.role },
    });
    return before;
  });
  return { status: 200, body: presentMember(member) };
};
