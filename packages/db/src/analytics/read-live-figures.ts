import type { LiveFigures, QueueNow, StandingNow } from "@deskpulse/domain/analytics/live-figures";
import type { TenantTx } from "../transaction.ts";

interface WholeRow extends StandingNow {
  readonly kind: "whole";
  readonly id: null;
  readonly name: null;
}

const queuesMax = 200;
const none: StandingNow = {
  open: 0,
  pending: 0,
  snoozed: 0,
  unattended: 0,
  unassigned: 0,
  waitingBeyondTarget: 0,
  longestWaitMs: null,
};

/**
 * How does a tenant stand at `nowMs`, and what came in just before? Indexes: conversation_spans_present,
 * conversations_created, messages_at. At most 200 inboxes and teams. An empty tenant gets zeros and no queues.
 */
export async function readLiveFigures(
  tx: TenantTx,
  { nowMs, targetMs }: { readonly nowMs: number; readonly targetMs: number },
): Promise<LiveFigures> {
  const standing = await standingRows(tx, nowMs, targetMs);
  const { minutes5, minutes15, minutes60, agentsActive } = await arrivalsOf(tx, nowMs);
  const queues = standing.flatMap(({ kind, id, name, ...stands }) =>
    kind === "whole" ? [] : [{ kind, id, name, ...stands }],
  );
  return {
    sampledAtMs: nowMs,
    ...standingOf(standing.find(({ kind }) => kind === "whole")),
    arrivals: { minutes5, minutes15, minutes60 },
    agentsActive,
    queues,
  };
}

async function standingRows(
  { sql, tenantId }: TenantTx,
  nowMs: number,
  targetMs: number,
): Promise<(QueueNow | WholeRow)[]> {
  const now = new Date(nowMs);
  return await sql<(QueueNow | WholeRow)[]>`
    select kind, coalesce(inbox_id, team_id)::float8 as id, coalesce(i.name, t.name) as name,
      open, pending, snoozed, unattended, unassigned, "waitingBeyondTarget", "longestWaitMs"
    from (
      select s.inbox_id, s.team_id,
        case when grouping(s.inbox_id) = 0 then 'inbox' when grouping(s.team_id) = 0 then 'team' else 'whole' end as kind,
        count(*) filter (where s.status = 'open')::int as open,
        count(*) filter (where s.status = 'pending')::int as pending,
        count(*) filter (where s.status = 'snoozed')::int as snoozed,
        count(*) filter (where s.is_unattended)::int as unattended,
        count(*) filter (where s.status = 'open' and s.user_id is null)::int as unassigned,
        count(*) filter (where s.status = 'open' and c.waiting_since < ${new Date(nowMs - targetMs)})::int as "waitingBeyondTarget",
        (extract(epoch from ${now}::timestamptz - min(c.waiting_since) filter (where s.status = 'open' and c.waiting_since <= ${now}))
          * 1000)::float8 as "longestWaitMs"
      from conversation_spans s join conversations c on c.tenant_id = s.tenant_id and c.id = s.conversation_id
      where s.tenant_id = ${tenantId} and s.ended_at is null and s.started_at <= ${now}
      group by grouping sets ((), (s.inbox_id), (s.team_id))
    ) stood
    left join inboxes i on i.tenant_id = ${tenantId} and i.id = inbox_id
    left join teams t on t.tenant_id = ${tenantId} and t.id = team_id
    where kind <> 'team' or team_id is not null
    order by kind = 'whole' desc, open desc, kind, inbox_id, team_id
    limit ${queuesMax + 1}`;
}

interface Arrivals {
  readonly minutes5: number;
  readonly minutes15: number;
  readonly minutes60: number;
  readonly agentsActive: number;
}

async function arrivalsOf({ sql, tenantId }: TenantTx, nowMs: number): Promise<Arrivals> {
  const now = new Date(nowMs);
  const ago = (minutes: number): Date => new Date(nowMs - minutes * 60_000);
  const [row] = await sql<Arrivals[]>`
    select count(*) filter (where created_at > ${ago(5)})::int as minutes5,
      count(*) filter (where created_at > ${ago(15)})::int as minutes15,
      count(*)::int as minutes60,
      (select count(distinct sender_id)::int from messages
        where tenant_id = ${tenantId} and at > ${ago(15)} and at <= ${now}) as "agentsActive"
    from conversations where tenant_id = ${tenantId} and created_at > ${ago(60)} and created_at <= ${now}`;
  return row ?? { minutes5: 0, minutes15: 0, minutes60: 0, agentsActive: 0 };
}

function standingOf(row: StandingNow = none): StandingNow {
  const { open, pending, snoozed, unattended, unassigned, waitingBeyondTarget, longestWaitMs } = row;
  return { open, pending, snoozed, unattended, unassigned, waitingBeyondTarget, longestWaitMs };
}
