import type { ReportFilters } from "@deskpulse/domain/analytics/report-filters";
import type { TenantTx } from "../transaction.ts";
import type { Fragment } from "./bucket-of.ts";

/** Where the rows of a query keep what reports filter by, each a piece of SQL. */
export interface FilteredColumns {
  readonly agent: Fragment;
  readonly inbox: Fragment;
  readonly team: Fragment;
  /** Absent: the channel of `inbox`. */
  readonly channel?: Fragment;
  readonly priority: Fragment;
  readonly conversation: Fragment;
}

export function isFiltered(filters: ReportFilters): boolean {
  return Object.values(filters).some((values) => values.length > 0);
}

/**
 * `and ...` for every filter that is set, nothing when none is. Labels are the conversation's present ones, found by
 * the primary key of conversation_labels; channels of inboxes by that of inboxes.
 */
export function filterConditions({ sql, tenantId }: TenantTx, columns: FilteredColumns, filters: ReportFilters) {
  const { agentId, inboxId, teamId, channel, label, priority } = filters;
  const among = (column: Fragment, values: readonly (string | number)[]): Fragment =>
    values.length === 0 ? sql`` : sql`and ${column} in ${sql(values)}`;
  const inChannel = (): Fragment =>
    columns.channel === undefined
      ? sql`and exists (
          select from inboxes i
          where i.tenant_id = ${tenantId} and i.id = ${columns.inbox} and i.channel in ${sql(channel)})`
      : among(columns.channel, channel);
  const labelled = (): Fragment => sql`and exists (
    select from conversation_labels cl join labels l on l.tenant_id = cl.tenant_id and l.id = cl.label_id
    where cl.tenant_id = ${tenantId} and cl.conversation_id = ${columns.conversation} and l.name in ${sql(label)})`;
  return sql`
    ${among(columns.agent, agentId)} ${among(columns.inbox, inboxId)} ${among(columns.team, teamId)}
    ${among(columns.priority, priority)} ${channel.length === 0 ? sql`` : inChannel()}
    ${label.length === 0 ? sql`` : labelled()}`;
}
