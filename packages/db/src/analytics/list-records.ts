import type { RecordsPlan } from "@deskpulse/domain/analytics/report-records";
import type { TenantTx } from "../transaction.ts";
import { type Fragment, within } from "./bucket-of.ts";
import { factSource } from "./fact-sources.ts";
import { filterConditions } from "./filter-conditions.ts";

export interface ReportRecord {
  readonly id: number;
  readonly at: Date;
  /** The conversation's source key. */
  readonly conversation: string;
  readonly agentId: string | null;
  readonly agent: string | null;
  readonly teamId: number | null;
  readonly team: string | null;
  readonly inboxId: number;
  readonly inbox: string;
  /** How long it took, milliseconds; null where nothing is measured. */
  readonly ms: number | null;
}

/** Behind which record a page begins. */
export interface RecordPlace {
  readonly atMs: number;
  readonly id: number;
}

/**
 * The facts that a figure counts or measures, oldest first, behind a place; credited and filtered as the figure is.
 * Indexes: those of the facts (fact-sources.ts), and primary keys for names. Empty past the last.
 */
export async function listRecords(
  tx: TenantTx,
  plan: RecordsPlan,
  page: { readonly after: RecordPlace | undefined; readonly limit: number },
): Promise<ReportRecord[]> {
  const { sql, tenantId } = tx;
  const { perConversation = false, isMeasured = false, fact } = plan.metric;
  const source = factSource(tx, fact, plan.clock);
  const { columns, ms } = source;
  const found = (narrowed: Fragment): Fragment => sql`
    select ${source.id} as id, ${source.at} as at, ${columns.conversation} as conversation_id,
      ${columns.agent} as agent_id, ${columns.team} as team_id, ${columns.inbox} as inbox_id,
      ${isMeasured && ms !== null ? ms : sql`null::bigint`} as ms
    from ${source.from}
    where ${source.where} and ${within(sql, source.at, plan.range)} ${filterConditions(tx, columns, plan.filters)}
      ${isMeasured && ms !== null && plan.clock === "business" ? sql`and ${ms} is not null` : sql``} ${narrowed}`;
  const after = (at: Fragment, id: Fragment): Fragment =>
    page.after === undefined ? sql`` : sql`and (${at}, ${id}) > (${new Date(page.after.atMs)}, ${page.after.id})`;
  const facts = perConversation
    ? sql`
        select * from (
          select distinct on (conversation_id) * from (${found(sql``)}) every order by conversation_id, at, id
        ) earliest where true ${after(sql`at`, sql`id`)}`
    : found(after(source.at, source.id));
  return await sql<ReportRecord[]>`
    select f.id::float8 as id, f.at, c.source_key as conversation, f.agent_id as "agentId", u.name as agent,
      f.team_id::float8 as "teamId", t.name as team, f.inbox_id::float8 as "inboxId", i.name as inbox,
      f.ms::float8 as ms
    from (select * from (${facts}) facts order by at, id limit ${page.limit}) f
      join conversations c on c.tenant_id = ${tenantId} and c.id = f.conversation_id
      join inboxes i on i.tenant_id = ${tenantId} and i.id = f.inbox_id
      left join teams t on t.tenant_id = ${tenantId} and t.id = f.team_id
      left join users u on u.id = f.agent_id
    order by f.at, f.id`;
}
