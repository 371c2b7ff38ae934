import type { FoldedState } from "@deskpulse/domain/ingest/folded";
import type { TenantTx } from "../transaction.ts";

/**
 * Which labels do these conversations carry? Removes what they lost and adds what they got. Served by
 * conversations_source_key, labels_source_key and the primary key of conversation_labels. None does nothing.
 */
export async function writeConversationLabels(
  { sql }: TenantTx,
  tenantId: string,
  states: readonly FoldedState[],
): Promise<void> {
  if (states.length === 0) return;
  const rows = JSON.stringify(states.map(({ conversation, labels }) => ({ conversation, labels })));
  await sql`
    with wanted as (
      select c.id as conversation_id, l.id as label_id
      from jsonb_to_recordset(${rows}::text::jsonb) as given (conversation text, labels jsonb)
      join conversations c on c.tenant_id = ${tenantId} and c.source_key = given.conversation
      left join jsonb_array_elements_text(given.labels) as label on true
      left join labels l on l.tenant_id = ${tenantId} and l.source_key = label
    ), removed as (
      delete from conversation_labels present
      where present.tenant_id = ${tenantId} and present.conversation_id in (select conversation_id from wanted)
        and (present.conversation_id, present.label_id) not in (
          select conversation_id, label_id from wanted where label_id is not null
        )
    )
    insert into conversation_labels (tenant_id, conversation_id, label_id)
    select ${tenantId}::uuid, conversation_id, label_id from wanted where label_id is not null
    on conflict do nothing`;
}
