import { revokeApiKey as endApiKey } from "@deskpulse/db/identity/change-api-keys";
import { insertAuditEntry } from "@deskpulse/db/identity/insert-audit-entry";
import { asEngine } from "@deskpulse/db/transaction";
import { ProblemError } from "@deskpulse/domain/errors";
import { revokeTokensOf } from "@deskpulse/identity/revoke-tokens";
import type { Handler } from "../http/handler.ts";
import { unknownTenant } from "../jobs/job-request.ts";

export const revokeApiKey: Handler<"revokeApiKey"> = async ({ params, query, caller }, { database }) => {
  if (caller.tenantId !== null && query.tenantId !== undefined && query.tenantId !== caller.tenantId) {
    throw unknownTenant();
  }
  const { keyId } = params;
  await asEngine(database, async (tx) => {
    const key = await endApiKey(tx, keyId, caller.tenantId ?? query.tenantId ?? null);
    if (key === null) throw new ProblemError("not-found", "there is no such API key");
    if (!key.revokedNow) return;
    const { tenantId } = key;
    await revokeTokensOf(tx, { subject: keyId, tenantId });
    const done = { act: "revoke-api-key", object: `api-key:${keyId}`, outcome: "done", detail: {} } as const;
    await insertAuditEntry(tx, { tenantId, actor: caller.subject, ...done });
  });
  return { status: 204, body: undefined };
};
