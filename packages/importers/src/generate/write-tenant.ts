import type { Database } from "@deskpulse/db/connect";
import { conversationKnown } from "@deskpulse/db/ingest/conversation-known";
import { type CopiedCounts, copyConversations } from "@deskpulse/db/ingest/copy-conversations";
import { insertTenant } from "@deskpulse/db/ingest/insert-tenant";
import { lockConversations } from "@deskpulse/db/ingest/lock-conversations";
import { upsertInboxes } from "@deskpulse/db/ingest/upsert-inboxes";
import { upsertReferences } from "@deskpulse/db/ingest/upsert-references";
import { writeInboxHours } from "@deskpulse/db/ingest/write-inbox-hours";
import { asEngine, asTenant } from "@deskpulse/db/transaction";
import type { ConversationEvent } from "@deskpulse/domain/ingest/event";
import { planCustomers, type TenantPlan } from "./tenant-plan.ts";

/** The source of all generated events. */
export const generatedSource = "generate";

const customersAtOnce = 5_000;
/** Far above what a chunk needs, so that only a stuck server ends it. */
const statementTimeoutMs = 120_000;

/** Makes the tenant and everything that its conversations refer to; what is there stays. */
export async function writeTenant(database: Database, plan: TenantPlan): Promise<void> {
  const { id, inboxes, teams, labels } = plan;
  const options = { statementTimeoutMs };
  await asEngine(database, (tx) => insertTenant(tx, plan), options);
  await asTenant(
    database,
    id,
    async (tx) => {
      await upsertInboxes(tx, id, inboxes);
      await writeInboxHours(tx, id, inboxes);
      await upsertReferences(tx, id, "teams", teams);
      await upsertReferences(tx, id, "labels", labels);
    },
    options,
  );
  for (let first = 0; first < plan.customers; first += customersAtOnce) {
    const customers = planCustomers(plan, first, customersAtOnce);
    await asTenant(database, id, (tx) => upsertReferences(tx, id, "customers", customers), options);
  }
}

/**
 * Writes conversations in one transaction, unless the first of them is there already: then all are. Returns what was
 * written, null when nothing had to be.
 */
export async function writeConversations(
  database: Database,
  tenantId: string,
  firstKey: string,
  conversations: () => Iterable<readonly ConversationEvent[]>,
): Promise<CopiedCounts | null> {
  return asTenant(
    database,
    tenantId,
    async (tx) => {
      // a second run of the same request waits here and then finds them
      await lockConversations(tx, tenantId, [firstKey]);
      if (await conversationKnown(tx, tenantId, firstKey)) return null;
      return copyConversations(tx, generatedSource, conversations());
    },
    { statementTimeoutMs },
  );
}
