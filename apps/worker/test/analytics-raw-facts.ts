/**
 * What the raw tables say, a fact a row, by SQL that shares nothing with the code under test: kind, conversation, at,
 * ms (of durations), and whom and what it is credited to, in the sources' words.
 */
const columns =
  "tenant text, kind text, conversation text, at timestamptz, ms bigint, agent text, team text, channel text, priority text";

const priority = (column: string) =>
  `case left(${column}, 1) when '1' then 'urgent' when '2' then 'high' when '3' then 'medium' when '4' then 'low' end`;

export const incidentFacts = `
create table facts (${columns});
create table incident_rows as
  select number, incident_state in ('Resolved', 'Closed') as done, incident_state = 'New' as fresh,
    sys_updated_at::timestamptz as updated, opened_at::timestamptz as opened, sys_mod_count::int as mod,
    nullif(resolved_at, '')::timestamptz as resolved, nullif(assigned_to, '') as agent,
    nullif(assignment_group, '') as team, coalesce(nullif(contact_type, ''), 'unknown') as inbox,
    replace(lower(coalesce(nullif(contact_type, ''), 'unknown')), ' ', '-') as channel, ${priority("priority")} as priority,
    row_number() over (partition by number order by sys_updated_at::timestamptz, sys_mod_count::int) as position
  from raw;
create index on incident_rows (number, position);
create table incident_changes as
  select *, lag(updated) over (partition by number order by position) as change_before,
    row_number() over (partition by number, done order by position desc) as from_end
  from (select *, lag(done, 1, false) over (partition by number order by position) as was_done from incident_rows) turns
  where done <> was_done;
create table incident_resolutions as
  select number, position, opened, updated, channel, greatest(opened, case
    when from_end = 1 and resolved is not null then greatest(resolved, change_before) else updated end) as at
  from incident_changes where done;

insert into facts
  select distinct on (number) 'Incident desk', 'created', number, opened, null::bigint, agent, team, channel, priority
  from incident_rows order by number, position desc;
insert into facts
  select distinct on (number) 'Incident desk', 'first_response', number, greatest(updated, opened),
    extract(epoch from greatest(updated, opened) - opened) * 1000, agent, team, channel, priority
  from incident_rows where not fresh order by number, position;
insert into facts
  select 'Incident desk', 'resolution', s.number, s.at, extract(epoch from s.at - s.opened) * 1000,
    r.agent, r.team, s.channel, r.priority
  from incident_resolutions s left join lateral (
    select * from incident_rows r where r.number = s.number
      and case when s.at = s.updated then r.position = s.position else r.updated <= s.at end
    order by r.position desc limit 1
  ) r on true;
insert into facts
  select 'Incident desk', 'reopening', c.number, c.updated, extract(epoch from c.updated - s.at) * 1000,
    c.agent, c.team, c.channel, c.priority
  from incident_changes c join lateral (
    select * from incident_resolutions s where s.number = c.number and s.position < c.position
    order by position desc limit 1
  ) s on true
  where not c.done;`;

export const careFacts = `
create table said as
  select j ->> 'id' as id, j ->> 'company' as company, (j ->> 'started_at')::timestamptz as started,
    m ->> 'from' as side, (m ->> 'at')::timestamptz as at, m ->> 'text' as content
  from raw_care, lateral (select line::jsonb as j) parsed, jsonb_array_elements(j -> 'messages') m;
create table asked as select id, min(at) as at from said where side = 'customer' group by id;
create table spells as
  select *, count(*) filter (where side = 'customer' and before is distinct from 'customer')
    over (partition by id order by at) as spell
  from (select *, lag(side) over (partition by id order by at) as before from said) turns;

insert into facts
  select distinct company, 'created', s.id, coalesce(a.at, s.started), null::bigint, company, null, 'twitter', null
  from said s left join asked a on a.id = s.id;
insert into facts
  select company, 'first_response', s.id, min(s.at), extract(epoch from min(s.at) - a.at) * 1000, company, null, 'twitter', null
  from said s join asked a on a.id = s.id and s.at >= a.at where side = 'agent' group by company, s.id, a.at;
insert into facts
  select company, 'reply_time', id, min(at) filter (where side = 'agent'),
    extract(epoch from min(at) filter (where side = 'agent') - min(at) filter (where side = 'customer')) * 1000,
    company, null, 'twitter', null
  from spells where spell > 1 group by company, id, spell having count(*) filter (where side = 'agent') > 0;
insert into facts
  select company, case side when 'customer' then 'message_in' else 'message_out' end, s.id, s.at, null,
    -- what the company said before the customer did has no agent as its sender
    case when side = 'customer' or s.at >= a.at then company end, null, 'twitter', null
  from said s left join asked a on a.id = s.id;`;
