import { type FoldedState, foldVersion } from "@deskpulse/domain/ingest/folded";
import type { TenantTx } from "../transaction.ts";

/**
 * What is the present state of these conversations? Replaces what stood there; every conversation must have its row and
 * its references. Served by conversations_source_key and the source keys of what it refers to. None does nothing.
 */
export async function writeConversationStates(
  { sql }: TenantTx,
  tenantId: string,
  states: readonly FoldedState[],
): Promise<void> {
  if (states.length === 0) return;
  const rows = JSON.stringify(
    states.map((state) => ({
      ...state,
      createdAt: new Date(state.createdAt),
      firstRespondedAt: dateOrNull(state.firstRespondedAt),
      waitingSince: dateOrNull(state.waitingSince),
      resolvedAt: dateOrNull(state.resolvedAt),
      lastActivityAt: new Date(state.lastActivityAt),
    })),
  );
  await sql`
    update conversations c set
      inbox_id = i.id, customer_id = cu.id, team_id = t.id, assignee_id = m.user_id, status = given.status,
      priority = given.priority, created_at = given."createdAt", first_responded_at = given."firstRespondedAt",
      waiting_since = given."waitingSince", resolved_at = given."resolvedAt",
      last_activity_at = given."lastActivityAt", reopened_count = given."reopenedCount",
      fold_version = ${foldVersion}
    from jsonb_to_recordset(${rows}::text::jsonb) as given (
      conversation text, inbox text, customer text, team text, agent text, status text, priority text,
      "createdAt" timestamptz, "firstRespondedAt" timestamptz, "waitingSince" timestamptz, "resolvedAt" timestamptz,
      "lastActivityAt" timestamptz, "reopenedCount" int
    )
    join inboxes i on i.tenant_id = ${tenantId} and i.source_key = given.inbox
    left join customers cu on cu.tenant_id = ${tenantId} and cu.source_key = given.customer
    left join teams t on t.tenant_id = ${tenantId} and t.source_key = given.team
    left join memberships m on m.tenant_id = ${tenantId} and m.source_key = given.agent
    where c.tenant_id = ${tenantId} and c.source_key = given.conversation`;
}

const dateOrNull = (at: number | null): Date | null => (at === null ? null : new Date(at));
