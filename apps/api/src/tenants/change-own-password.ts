import { insertAuditEntry } from "@deskpulse/db/identity/insert-audit-entry";
import { readPasswordHash, replacePasswordHash } from "@deskpulse/db/identity/password-hash";
import { asEngine } from "@deskpulse/db/transaction";
import { ProblemError } from "@deskpulse/domain/errors";
import { fingerprintOfSecret, hashPassword, verifyPassword } from "@deskpulse/identity/password";
import { revokeTokensOf } from "@deskpulse/identity/revoke-tokens";
import type { Handler } from "../http/handler.ts";
import { idempotencyKey, idempotently } from "../http/idempotency.ts";

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export const changeOwnPassword: Handler<"changeOwnPassword"> = async (call, { database, signIns }) => {
  const { body, caller, route, address } = call;
  const { subject, tenantId } = caller;
  const key = idempotencyKey(call.header("idempotency-key"));
  // API keys and people of other issuers have no user row here
  const from = uuid.test(subject) ? await asEngine(database, (tx) => readPasswordHash(tx, subject)) : null;
  if (from === null) throw new ProblemError("forbidden", "you have no password here");
  const matches = await signIns.check({ userId: subject, address }, () => verifyPassword(from, body.oldPassword));
  const to = await hashPassword(body.newPassword);
  const bodyHash = key === undefined ? "" : await fingerprintOfSecret(call.bodyHash(), `${subject} ${key}`);
  return await asEngine(database, (tx) =>
    idempotently(tx, { key, route, bodyHash, caller }, async () => {
      if (!matches) throw wrongPassword();
      if (!(await replacePasswordHash(tx, subject, { from, to }))) {
        throw new ProblemError("conflict", "the password was changed meanwhile");
      }
      await revokeTokensOf(tx, { subject, tenantId: null });
      const object = `user:${subject}`;
      const act = { actor: subject, act: "change-password", object, outcome: "done", detail: {} } as const;
      await insertAuditEntry(tx, { tenantId, ...act });
      return { status: 200 as const, body: { changedAt: new Date().toISOString() } };
    }),
  );
};

const wrongPassword = (): ProblemError =>
  new ProblemError("unprocessable", "the old password is wrong", {
    errors: [{ pointer: "/oldPassword", detail: "is wrong" }],
  });
