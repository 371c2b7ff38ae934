import type { TenantTx } from "../transaction.ts";

/** How many conversations stand how at an instant. */
export interface StandingNow {
  readonly open: number;
  readonly pending: number;
  readonly snoozed: number;
  readonly unattended: number;
  readonly unassigned: number;
  /** Open, and the customer has waited for an answer for longer than the target. */
  readonly waitingBeyondTarget: number;
  /** Milliseconds; null when nobody waits. */
  readonly longestWaitMs: number | null;
}

export interface QueueNow extends StandingNow {
  readonly kind: "inbox" | "team";
  readonly id: number;
  readonly name: string;
}

export interface LiveFigures extends StandingNow {
  readonly sampledAtMs: number;
  /** Conversations created in the last 5, 15 and 60 minutes. */
  readonly arrivals: { readonly minutes5: number; readonly minutes15: number; readonly minutes60: number };
  /** Agents who wrote something in the last 15 minutes. */
  readonly agentsActive: number;
  /** Inboxes and teams with something unresolved, the fullest first. */
  readonly queues: readonly QueueNow[];
}

interface StandingRow extends StandingNow {
  readonly inboxId: number | null;
  readonly teamId: number | null;
  readonly kind: "inbox" | "team" | "whole";
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
  const queues = standing.flatMap((row) => (row.kind === "whole" ? [] : [row]));
  return {
    sampledAtMs: nowMs,
    ...standingOf(standing.find(({ kind }) => kind === "whole")),
    arrivals: { minutes5, minutes15, minutes60 },
    agentsActive,
    queues: await named(tx, queues),
  };
}

async function standingRows({ sql, tenantId }: TenantTx, nowMs: number, targetMs: number): Promise<StandingRow[]> {
  const now = new Date(nowMs);
  return await sql<StandingRow[]>`
    select * from (
      select s.inbox_id::float8 as "inboxId", s.team_id::float8 as "teamId",
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
    where kind <> 'team' or "teamId" is not null
    order by kind = 'whole' desc, open desc, kind, "inboxId", "teamId"
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

async function named({ sql, tenantId }: TenantTx, queues: readonly StandingRow[]): Promise<QueueNow[]> {
  const inboxes = await sql<{ id: number; name: string }[]>`
    select id::float8 as id, name from inboxes
    where tenant_id = ${tenantId} and id = any(${queues.flatMap(({ inboxId }) => inboxId ?? [])}::bigint[])`;
  const teams = await sql<{ id: number; name: string }[]>`
    select id::float8 as id, name from teams
    where tenant_id = ${tenantId} and id = any(${queues.flatMap(({ teamId }) => teamId ?? [])}::bigint[])`;
  const names = {
    inbox: new Map(inboxes.map(({ id, name }) => [id, name])),
    team: new Map(teams.map(({ id, name }) => [id, name])),
  };
  return queues.flatMap((row) => {
    const kind = row.kind === "team" ? "team" : "inbox";
    const id = kind === "team" ? row.teamId : row.inboxId;
    const name = id === null ? undefined : names[kind].get(id);
    return id === null || name === undefined ? [] : [{ kind, id, name, ...standingOf(row) } as const];
  });
}

function standingOf(row: StandingNow = none): StandingNow {
  const { open, pending, snoozed, unattended, unassigned, waitingBeyondTarget, longestWaitMs } = row;
  return { open, pending, snoozed, unattended, unassigned, waitingBeyondTarget, longestWaitMs };
}
