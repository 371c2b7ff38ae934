import type { Dimension } from "@deskpulse/domain/analytics/breakdown";
import type { TenantTx } from "../transaction.ts";
import type { Fragment } from "./bucket-of.ts";
import type { FilteredColumns } from "./filter-conditions.ts";

/** How a query's rows get at a dimension: its key as text (null: none), and what they have to be joined with for it. */
export interface DimensionKey {
  readonly key: Fragment;
  readonly join: Fragment;
}

/**
 * The keys of dimensions, as filters see them (`filterConditions`). Labels are joined by the primary key of
 * conversation_labels and multiply rows: a conversation's facts stand under each of its labels' names.
 */
export function dimensionKey(
  { sql, tenantId }: TenantTx,
  columns: FilteredColumns,
  dimension: Dimension,
): DimensionKey {
  const plain = (key: Fragment): DimensionKey => ({ key, join: sql`` });
  const keys: Readonly<Record<Dimension, () => DimensionKey>> = {
    agent: () => plain(sql`${columns.agent}::text`),
    team: () => plain(sql`${columns.team}::text`),
    inbox: () => plain(sql`${columns.inbox}::text`),
    priority: () => plain(sql`${columns.priority}::text`),
    channel: () =>
      columns.channel === undefined
        ? {
            key: sql`of_inbox.channel`,
            join: sql`left join inboxes of_inbox on of_inbox.tenant_id = ${tenantId} and of_inbox.id = ${columns.inbox}`,
          }
        : plain(columns.channel),
    label: () => ({
      key: sql`labelled.name`,
      join: sql`left join lateral (
        select distinct l.name
        from conversation_labels cl join labels l on l.tenant_id = cl.tenant_id and l.id = cl.label_id
        where cl.tenant_id = ${tenantId} and cl.conversation_id = ${columns.conversation}) labelled on true`,
    }),
  };
  return keys[dimension]();
}
