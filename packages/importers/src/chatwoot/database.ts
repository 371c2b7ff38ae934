import postgres, { type Sql } from "postgres";

export interface ChatwootAccount {
  readonly id: number;
  readonly name: string;
}

/** A Chatwoot database, only to be read; its times are UTC without a zone. Ended by the caller. */
export const connectChatwoot = (url: string): Sql =>
  postgres(url, {
    max: 1,
    connect_timeout: 10,
    // a page is far below; a stuck server must not hold an import, nor an import the server
    connection: {
      application_name: "deskpulse-import",
      default_transaction_read_only: true,
      statement_timeout: 60_000,
      TimeZone: "UTC",
    },
    onnotice: () => undefined,
    types: {
      bigint: { to: 20, from: [20], serialize: String, parse: Number },
      // without a zone there, in UTC: as ISO 8601 it says so
      timestamp: { to: 1114, from: [1114], serialize: String, parse: (text: string) => `${text.replace(" ", "T")}Z` },
    },
  });

/** Accounts, at most 100: whoever has more names one. */
export const readAccounts = (sql: Sql): Promise<readonly ChatwootAccount[]> =>
  sql<ChatwootAccount[]>`select id, name from accounts order by id limit 100`;

export async function countConversations(sql: Sql, accountId: number, above: number): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select count(*)::int as count from conversations where account_id = ${accountId} and id > ${above}`;
  return row?.count ?? 0;
}

export interface NamedRow {
  readonly id: number;
  readonly name: string | null;
}

export interface InboxRow extends NamedRow {
  readonly channel_type: string | null;
  readonly timezone: string | null;
  readonly working_hours_enabled: boolean | null;
}

export interface HoursRow {
  readonly inbox_id: number;
  readonly day_of_week: number;
  readonly open_hour: number | null;
  readonly open_minutes: number | null;
  readonly close_hour: number | null;
  readonly close_minutes: number | null;
  readonly closed_all_day: boolean | null;
  readonly open_all_day: boolean | null;
}

const namesMax = 10_000;

/** What conversations refer to, 10,000 of each at most. */
export async function readNames(sql: Sql, accountId: number) {
  const agents = await sql<NamedRow[]>`
    select u.id, coalesce(nullif(u.display_name, ''), u.name) as name
    from account_users a join users u on u.id = a.user_id where a.account_id = ${accountId} order by u.id limit ${namesMax}`;
  const teams = await sql<NamedRow[]>`
    select id, name from teams where account_id = ${accountId} order by id limit ${namesMax}`;
  const inboxes = await sql<InboxRow[]>`
    select id, name, channel_type, timezone, working_hours_enabled
    from inboxes where account_id = ${accountId} order by id limit ${namesMax}`;
  const hours = await sql<HoursRow[]>`
    select inbox_id, day_of_week, open_hour, open_minutes, close_hour, close_minutes, closed_all_day, open_all_day
    from working_hours where account_id = ${accountId} order by inbox_id, day_of_week limit ${7 * namesMax}`;
  return { agents, teams, inboxes, hours };
}

export interface ConversationRow {
  readonly id: number;
  readonly display_id: number;
  readonly inbox_id: number;
  readonly channel_type: string | null;
  readonly status: number;
  readonly priority: number | null;
  readonly assignee_id: number | null;
  readonly assignee_name: string | null;
  readonly team_id: number | null;
  readonly team_name: string | null;
  readonly contact_id: number | null;
  readonly contact_name: string | null;
  readonly created_at: string;
  readonly last_activity_at: string | null;
  readonly applied_sla: Readonly<Record<string, unknown>> | null;
}

/** The next page of an account's conversations by id; [] behind the last. Index: primary key. */
export const readConversations = (
  sql: Sql,
  accountId: number,
  { above, limit }: { readonly above: number; readonly limit: number },
): Promise<readonly ConversationRow[]> =>
  sql<ConversationRow[]>`
    select c.id, c.display_id, c.inbox_id, i.channel_type, c.status, c.priority, c.assignee_id,
      coalesce(nullif(u.display_name, ''), u.name) as assignee_name, c.team_id, t.name as team_name, c.contact_id,
      k.name as contact_name, c.created_at, c.last_activity_at, s.applied as applied_sla
    from conversations c
    left join inboxes i on i.id = c.inbox_id
    left join users u on u.id = c.assignee_id
    left join teams t on t.id = c.team_id
    left join contacts k on k.id = c.contact_id
    left join lateral (
      select jsonb_build_object('id', a.id, 'sla_id', p.id, 'created_at', extract(epoch from a.created_at),
        'sla_first_response_time_threshold', p.first_response_time_threshold,
        'sla_next_response_time_threshold', p.next_response_time_threshold,
        'sla_resolution_time_threshold', p.resolution_time_threshold,
        'sla_only_during_business_hours', p.only_during_business_hours) as applied
      from applied_slas a join sla_policies p on p.id = a.sla_policy_id
      where a.conversation_id = c.id order by a.id desc limit 1) s on true
    where c.account_id = ${accountId} and c.id > ${above} order by c.id limit ${limit}`;

export interface MessageRow {
  readonly id: number;
  readonly conversation_id: number;
  readonly message_type: number;
  readonly content_type: number;
  readonly private: boolean | null;
  readonly content: string | null;
  readonly sender_type: string | null;
  readonly sender_id: number | null;
  readonly sender_name: string | null;
  readonly automation_rule_id: string | null;
  readonly external_echo: boolean;
  readonly campaign_id: string | null;
  readonly created_at: string;
}

/** The next messages of these conversations by id: received, sent and surveys. Index: messages by conversation. */
export const readMessages = (
  sql: Sql,
  conversationIds: readonly number[],
  { above, limit }: { readonly above: number; readonly limit: number },
): Promise<readonly MessageRow[]> =>
  sql<MessageRow[]>`
    select m.id, m.conversation_id, m.message_type, coalesce(m.content_type, 0) as content_type, m.private,
      left(m.content, 200000) as content, m.sender_type, m.sender_id,
      case when m.sender_type = 'User' then coalesce(nullif(u.display_name, ''), u.name) end as sender_name,
      m.content_attributes::jsonb ->> 'automation_rule_id' as automation_rule_id,
      coalesce(m.content_attributes::jsonb ->> 'external_echo' = 'true', false) as external_echo,
      m.additional_attributes ->> 'campaign_id' as campaign_id, m.created_at
    from messages m left join users u on m.sender_type = 'User' and u.id = m.sender_id
    where m.conversation_id in ${sql([...conversationIds])} and m.id > ${above}
      and (m.message_type in (0, 1) or m.content_type = 9)
    order by m.id limit ${limit}`;

export interface StatusRow {
  readonly conversation_id: number;
  readonly name: "conversation_opened" | "conversation_resolved" | "conversation_bot_handoff";
  readonly user_id: number | null;
  readonly at: string;
}

/** What is known of how these conversations went, oldest first, at most 100 a conversation. */
export const readStatusChanges = (sql: Sql, conversationIds: readonly number[]): Promise<readonly StatusRow[]> =>
  sql<StatusRow[]>`
    select e.conversation_id, e.name, e.user_id, e.at
    from unnest(${[...conversationIds]}::bigint[]) as c (id) cross join lateral (
      select conversation_id, name, user_id, coalesce(event_end_time, created_at) as at from reporting_events
      where conversation_id = c.id and name in ('conversation_opened', 'conversation_resolved', 'conversation_bot_handoff')
      order by 4, id limit 100) e
    order by e.at`;

export interface LabelRow {
  readonly conversation_id: number;
  readonly title: string;
  readonly at: string;
}

/** When these conversations got the labels that they have, at most 100 a conversation. */
export const readLabels = (sql: Sql, conversationIds: readonly number[]): Promise<readonly LabelRow[]> =>
  sql<LabelRow[]>`
    select l.conversation_id, l.title, l.at
    from unnest(${[...conversationIds]}::bigint[]) as c (id) cross join lateral (
      select g.taggable_id as conversation_id, t.name as title, g.created_at as at
      from taggings g join tags t on t.id = g.tag_id
      where g.taggable_type = 'Conversation' and g.context = 'labels' and g.taggable_id = c.id
      order by g.created_at, g.id limit 100) l
    order by l.at`;

export interface RatingRow {
  readonly conversation_id: number;
  readonly message_id: number;
  readonly rating: number;
  readonly feedback_message: string | null;
  readonly created_at: string;
}

/** Answers to surveys of these conversations; Chatwoot keeps one for each survey. */
export const readRatings = (sql: Sql, conversationIds: readonly number[]): Promise<readonly RatingRow[]> =>
  sql<RatingRow[]>`
    select r.conversation_id, r.message_id, r.rating, left(r.feedback_message, 200000) as feedback_message, r.created_at
    from unnest(${[...conversationIds]}::bigint[]) as c (id) cross join lateral (
      select * from csat_survey_responses where conversation_id = c.id order by id limit 100) r`;
