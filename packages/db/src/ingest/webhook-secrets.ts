import { and, eq, sql } from "drizzle-orm";
import { webhookSecrets } from "../schema/webhook-secrets.ts";
import type { TenantTx } from "../transaction.ts";

export interface WebhookSecret {
  /** Encrypted. */
  readonly sealed: Buffer;
  readonly changedAt: Date;
}

/** What does this source sign its webhooks to the tenant with? Index: primary key. Null when none was set. */
export async function readWebhookSecret({ orm, tenantId }: TenantTx, source: string): Promise<WebhookSecret | null> {
  const [row] = await orm
    .select({ sealed: webhookSecrets.sealed, changedAt: webhookSecrets.changedAt })
    .from(webhookSecrets)
    .where(and(eq(webhookSecrets.tenantId, tenantId), eq(webhookSecrets.source, source)));
  return row ?? null;
}

/** Sets it, in place of an earlier one. Rejects for a tenant that is not there. */
export async function writeWebhookSecret({ orm, tenantId }: TenantTx, source: string, sealed: Buffer): Promise<void> {
  await orm
    .insert(webhookSecrets)
    .values({ tenantId, source, sealed })
    .onConflictDoUpdate({
      target: [webhookSecrets.tenantId, webhookSecrets.source],
      set: { sealed, changedAt: sql`now()` },
    });
}

/** Forgets it; none is no error. */
export async function deleteWebhookSecret({ orm, tenantId }: TenantTx, source: string): Promise<void> {
  await orm.delete(webhookSecrets).where(and(eq(webhookSecrets.tenantId, tenantId), eq(webhookSecrets.source, source)));
}
