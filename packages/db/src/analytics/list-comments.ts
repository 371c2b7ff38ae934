import type { ReportFilters } from "@deskpulse/domain/analytics/report-filters";
import type { BucketedRange } from "@deskpulse/domain/analytics/report-plan";
import type { TenantTx } from "../transaction.ts";
import { within } from "./bucket-of.ts";
import { filterConditions } from "./filter-conditions.ts";
import { spanColumns } from "./filtered-columns.ts";

interface Comment {
  readonly at: Date;
  readonly rating: number;
  readonly comment: string;
  readonly conversation: string;
  readonly agentId: string | null;
  readonly agent: string | null;
}

/**
 * What did customers write with their ratings in the range, newest first, at most `limit`? Index: surveys_answered. An
 * empty tenant gets [].
 */
export async function listComments(
  tx: TenantTx,
  range: BucketedRange,
  filters: ReportFilters,
  limit: number,
): Promise<Comment[]> {
  const { sql, tenantId } = tx;
  return await sql<Comment[]>`
    select s.answered_at as at, s.rating, s.comment, c.source_key as conversation, s.user_id as "agentId", u.name as agent
    from surveys s
    join conversations c on c.tenant_id = ${tenantId} and c.id = s.conversation_id
    left join users u on u.id = s.user_id
    where s.tenant_id = ${tenantId} and ${within(sql, sql`s.answered_at`, range)} and s.comment is not null
      and s.comment <> '' ${filterConditions(tx, spanColumns(sql), filters)}
    order by s.answered_at desc, s.conversation_id desc, s.sent_at desc
    limit ${limit}`;
}
