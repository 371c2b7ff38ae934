import { insertAuditEntry } from "@deskpulse/db/identity/insert-audit-entry";
import { readMember } from "@deskpulse/db/identity/read-member";
import { writeMembership } from "@deskpulse/db/identity/write-membership";
import { fingerprintOfSecret, hashPassword } from "@deskpulse/identity/password";
import type { Handler } from "../http/handler.ts";
import { idempotencyKey, idempotently } from "../http/idempotency.ts";
import { checkRoomForOneMore, unknownUser } from "./member-rules.ts";
import { presentMember } from "./present-member.ts";
import { changingTenant, tenantOf } from "./tenant-of.ts";
import { userToJoin } from "./user-to-join.ts";

export const createUser: Handler<"createUser"> = async (call, { database }) => {
  const { body, caller, route } = call;
  const { email, name, role, password } = body;
  const tenantId = tenantOf(caller, body.tenantId, "/tenantId");
  const key = idempotencyKey(call.header("idempotency-key"));
  // computed before the transaction: no connection is held while others wait for their turn
  const bodyHash =
    key === undefined || password === undefined
      ? call.bodyHash()
      : await fingerprintOfSecret(call.bodyHash(), `${caller.subject} ${key}`);
  const passwordHash = password === undefined ? null : await hashPassword(password);
  return await changingTenant(database, tenantId, (tx, tenant) =>
    idempotently(tx, { key, route, bodyHash, caller }, async () => {
      const { userId, isNew, disabled } = await userToJoin(tx, tenantId, { email, name, passwordHash });
      if (isNew || !disabled) await checkRoomForOneMore(tx, tenant);
      await writeMembership(tx, { tenantId, userId, role });
      const act = isNew ? "create-user" : "join-user";
      const object = `user:${userId}`;
      const detail = { email, role };
      await insertAuditEntry(tx, { tenantId, actor: caller.subject, act, object, outcome: "done", detail });
      const member = await readMember(tx, tenantId, userId);
      if (member === null) throw unknownUser();
      return { status: 201 as const, body: presentMember(member), headers: { location: `/api/users/${userId}` } };
    }),
  );
};
