import type { Sql } from "postgres";

/** The tables of a Chatwoot database that an import reads, with the columns that it reads, in a schema of its own. */
export async function createChatwootTables(sql: Sql): Promise<void> {
  await sql.unsafe(`
    create schema chatwoot;
    set search_path = chatwoot;
    create table accounts (id int primary key, name text);
    create table users (id int primary key, name text, display_name text);
    create table account_users (account_id int, user_id int);
    create table teams (id int primary key, name text, account_id int);
    create table inboxes (id int primary key, account_id int, name text, channel_type text, timezone text default 'UTC',
      working_hours_enabled bool default false);
    create table working_hours (inbox_id int, account_id int, day_of_week int, open_hour int, open_minutes int,
      close_hour int, close_minutes int, closed_all_day bool default false, open_all_day bool default false);
    create table contacts (id int primary key, account_id int, name text);
    create table conversations (id int primary key, account_id int, display_id int, inbox_id int, status int,
      priority int, assignee_id int, team_id int, contact_id int, created_at timestamp, last_activity_at timestamp);
    create table messages (id int primary key, account_id int, conversation_id int, message_type int,
      content_type int default 0, private bool default false, content text, sender_type text, sender_id bigint,
      content_attributes json default '{}', additional_attributes jsonb default '{}', created_at timestamp);
    create table reporting_events (id int generated always as identity, account_id int, name text, user_id int,
      conversation_id int, event_end_time timestamp, created_at timestamp);
    create table tags (id int primary key, name text);
    create table taggings (id int generated always as identity, tag_id int, taggable_type text, taggable_id int,
      context text, created_at timestamp);
    create table csat_survey_responses (id int generated always as identity, account_id int, conversation_id int,
      message_id int, rating int, feedback_message text, created_at timestamp);
    create table sla_policies (id int primary key, first_response_time_threshold float, next_response_time_threshold float,
      resolution_time_threshold float, only_during_business_hours bool);
    create table applied_slas (id int primary key, account_id int, conversation_id int, sla_policy_id int, created_at timestamp);
    reset search_path;`);
}

/** An account with `count` conversations of every kind, and another account that nobody imports. */
export async function fillChatwoot(sql: Sql, count: number): Promise<void> {
  await sql.unsafe(`
    set search_path = chatwoot;
    insert into accounts values (1, 'Shop'), (2, 'Other');
    insert into users values (1, 'Bo', null), (2, 'Cy Long', 'Cy'), (3, 'Di', '');
    insert into account_users values (1, 1), (1, 2), (2, 3);
    insert into teams values (1, 'Desk', 1);
    insert into inboxes values (1, 1, 'Web', 'Channel::WebWidget', 'UTC', true), (2, 1, 'Mail', 'Channel::Email', 'UTC', false),
      (3, 2, 'Elsewhere', 'Channel::Api', 'UTC', false);
    insert into working_hours select 1, 1, day, 9, 0, 17, 0, day in (0, 6), false from generate_series(0, 6) as day;
    insert into contacts select n, 1, 'Contact ' || n from generate_series(1, 20) as n;
    insert into conversations
      select n, case when n % 10 = 9 then 2 else 1 end, n, case when n % 10 = 9 then 3 else 1 + n % 2 end,
        case when n % 3 = 0 then 1 when n % 7 = 0 then 3 else 0 end, case when n % 4 = 0 then n % 3 end,
        case when n % 5 > 0 and n % 10 <> 9 then 1 + n % 2 end, case when n % 2 = 0 then 1 end, 1 + n % 20,
        timestamp '2026-05-04 08:00' + n * interval '37 minutes', timestamp '2026-05-04 11:00' + n * interval '37 minutes'
      from generate_series(1, ${count}) as n;
    -- a question, an answer after n % 60 minutes, a note, an activity, a question and a template
    insert into messages (id, account_id, conversation_id, message_type, private, content, sender_type, sender_id, created_at)
      select c.id * 10 + step, c.account_id, c.id, kind, is_private, 'Text ' || step, sender,
        case sender when 'Contact' then c.contact_id when 'User' then coalesce(c.assignee_id, 1) end,
        c.created_at + minutes * interval '1 minute'
      from conversations c cross join lateral (values
        (1, 0, false, 'Contact', 0), (2, 1, true, 'User', 1), (3, 1, false, 'User', 2 + c.id % 60),
        (4, 2, false, null, 65), (5, 0, false, 'Contact', 70), (6, 3, false, null, 75)
      ) as steps (step, kind, is_private, sender, minutes);
    insert into reporting_events (account_id, name, user_id, conversation_id, event_end_time, created_at)
      select account_id, 'conversation_resolved', assignee_id, id, created_at + interval '80 minutes', created_at + interval '9 days'
      from conversations where status = 1;
    insert into messages (id, account_id, conversation_id, message_type, content_type, created_at)
      select id * 10 + 7, account_id, id, 3, 9, created_at + interval '81 minutes' from conversations where status = 1;
    insert into csat_survey_responses (account_id, conversation_id, message_id, rating, feedback_message, created_at)
      select account_id, id, id * 10 + 7, 1 + id % 5, 'Fine', created_at + interval '90 minutes'
      from conversations where status = 1 and id % 2 = 0;
    insert into tags values (1, 'vip'), (2, 'bug');
    insert into taggings (tag_id, taggable_type, taggable_id, context, created_at)
      select tag, 'Conversation', id, 'labels', created_at + tag * interval '5 minutes'
      from conversations cross join generate_series(1, 2) as tag where id % 4 < tag;
    insert into sla_policies values (1, 1800, null, 86400, false);
    insert into applied_slas select id, account_id, id, 1, created_at + interval '1 second' from conversations where id % 6 = 0;
    reset search_path;`);
}
