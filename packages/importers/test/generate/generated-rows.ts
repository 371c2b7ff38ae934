import type { Sql } from "postgres";

/** What a generated row says, table by table: without numbers and times that the database gave it. */
const contents: Record<string, string> = {
  tenants: "select id, name, timezone, working_hours from tenants",
  users: "select id, name from users",
  memberships: "select tenant_id, user_id, role, source_key from memberships",
  inboxes: "select tenant_id, source_key, name, channel, working_hours from inboxes",
  teams: "select tenant_id, source_key, name from teams",
  labels: "select tenant_id, source_key, name from labels",
  customers: "select tenant_id, source_key, name from customers",
  conversations: `select c.tenant_id, c.source_key, i.source_key, cu.source_key, t.source_key, c.assignee_id, c.status,
      c.priority, c.created_at, c.first_responded_at, c.waiting_since, c.resolved_at, c.last_activity_at, c.reopened_count,
      c.fold_version
    from conversations c join inboxes i on i.id = c.inbox_id left join customers cu on cu.id = c.customer_id
      left join teams t on t.id = c.team_id`,
  conversation_labels: `select c.tenant_id, c.source_key, l.source_key from conversation_labels cl
    join conversations c on c.id = cl.conversation_id join labels l on l.id = cl.label_id`,
  messages: `select m.tenant_id, c.source_key, m.source_key, m.direction, m.sender, m.sender_id, m.is_private, m.content,
    m.at from messages m join conversations c on c.id = m.conversation_id`,
  events: `select e.tenant_id, c.source_key, e.conversation_key, e.source, e.source_key, e.type, e.at, e.data
    from events e join conversations c on c.id = e.conversation_id`,
  measurements: `select m.tenant_id, c.source_key, m.kind, m.started_at, m.at, m.duration_ms, m.business_ms, m.previous_at,
      m.answers, m.user_id, i.source_key, t.source_key, m.channel, m.priority
    from measurements m join conversations c on c.id = m.conversation_id join inboxes i on i.id = m.inbox_id
      left join teams t on t.id = m.team_id`,
  conversation_spans: `select s.tenant_id, c.source_key, s.started_at, s.ended_at, s.status, s.is_unattended, s.user_id,
      s.inbox_id = c.inbox_id, t.source_key, s.priority
    from conversation_spans s join conversations c on c.id = s.conversation_id left join teams t on t.id = s.team_id`,
  surveys: `select s.tenant_id, c.source_key, s.sent_at, s.answered_at, s.rating, s.comment, s.user_id,
      s.inbox_id = c.inbox_id, t.source_key, s.priority
    from surveys s join conversations c on c.id = s.conversation_id left join teams t on t.id = s.team_id`,
  sla_targets: `select s.tenant_id, c.source_key, s.target, s.started_at, s.policy, s.promised_ms, s.business_hours,
      s.due_at, s.ended_at, s.withdrawn_at, s.user_id, s.inbox_id = c.inbox_id, t.source_key, s.priority
    from sla_targets s join conversations c on c.id = s.conversation_id left join teams t on t.id = s.team_id`,
  automation_runs: `select s.tenant_id, c.source_key, s.source_key, s.at, s.rule, s.trigger, s.outcome, s.actions,
      s.duration_ms, s.error, s.user_id, s.inbox_id = c.inbox_id, t.source_key, s.priority
    from automation_runs s join conversations c on c.id = s.conversation_id left join teams t on t.id = s.team_id`,
};

/** A checksum of every table's content, whatever the order of its rows. */
export async function checksums(sql: Sql): Promise<Record<string, string>> {
  const sums: Record<string, string> = {};
  for (const [table, content] of Object.entries(contents)) {
    const [row] = await sql.unsafe<{ sum: string }[]>(
      `select count(*) || ' rows ' || md5(string_agg(line, ';' order by line)) as sum
       from (select content::text as line from (${content}) as content) lines`,
    );
    sums[table] = row?.sum ?? "";
  }
  return sums;
}
