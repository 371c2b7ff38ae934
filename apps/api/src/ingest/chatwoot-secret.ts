import { type AuditEntry, insertAuditEntry } from "@deskpulse/db/identity/insert-audit-entry";
import { deleteWebhookSecret, readWebhookSecret, writeWebhookSecret } from "@deskpulse/db/ingest/webhook-secrets";
import { ProblemError } from "@deskpulse/domain/errors";
import { chatwootSource } from "@deskpulse/domain/ingest/chatwoot-ids";
import type { Caller } from "@deskpulse/domain/tenants/caller";
import type { Handler } from "../http/handler.ts";
import { inTenant, tenantOf } from "../tenants/tenant-of.ts";

/** What a tenant's secret is sealed for. */
export const chatwootPurpose = (tenantId: string): string => `webhook/${chatwootSource}/${tenantId}`;

export const readChatwootSecret: Handler<"readChatwootSecret"> = async ({ caller, params }, { database }) => {
  const tenantId = tenantOf(caller, params.tenantId);
  const kept = await inTenant(database, tenantId, (tx) => readWebhookSecret(tx, chatwootSource));
  return { status: 200, body: { isSet: kept !== null, changedAt: kept?.changedAt.toISOString() ?? null } };
};

export const writeChatwootSecret: Handler<"writeChatwootSecret"> = async (call, { database, secrets }) => {
  const tenantId = tenantOf(call.caller, call.params.tenantId);
  if (secrets === null) {
    throw new ProblemError("unavailable", "this installation keeps no secrets: SECRETS_KEY is not set for its API", {
      retryAfterSeconds: 60,
    });
  }
  const sealed = secrets.seal(call.body.secret, chatwootPurpose(tenantId));
  await inTenant(database, tenantId, async (tx) => {
    await writeWebhookSecret(tx, chatwootSource, sealed);
    await insertAuditEntry(tx, auditOf(call.caller, tenantId, "webhook-secret.set"));
  });
  return { status: 204, body: undefined };
};

export const deleteChatwootSecret: Handler<"deleteChatwootSecret"> = async ({ caller, params }, { database }) => {
  const tenantId = tenantOf(caller, params.tenantId);
  await inTenant(database, tenantId, async (tx) => {
    await deleteWebhookSecret(tx, chatwootSource);
    await insertAuditEntry(tx, auditOf(caller, tenantId, "webhook-secret.delete"));
  });
  return { status: 204, body: undefined };
};

const auditOf = ({ subject }: Caller, tenantId: string, act: string): AuditEntry => ({
  tenantId,
  actor: subject,
  act,
  object: `webhook-secret:${chatwootSource}`,
  outcome: "done",
  detail: {},
});
