import { connectDatabase, type Database } from "@deskpulse/db/connect";
import { createTestDatabase, type TestDatabase } from "@deskpulse/testkit/database";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import postgres, { type Sql } from "postgres";
import { importFile } from "../src/import-file.ts";
import { servicenowIncidents } from "../src/servicenow-incidents-source.ts";
import { incidentFile, loadRawIncidents } from "./raw-table.ts";

/** The definitions once more, written in SQL over the rows as they are, without the code under test. */
const rows = `with rows as (
  select *, sys_updated_at::timestamptz as updated, opened_at::timestamptz as opened, sys_mod_count::int as mod,
    incident_state in ('Resolved', 'Closed') as done
  from raw
), turns as (
  select *, lag(done, 1, false) over w as was_done, row_number() over w as position
  from rows window w as (partition by number order by updated, mod)
), changes as (
  select *, row_number() over (partition by number, done order by position desc) as from_end,
    lag(updated) over (partition by number order by position) as change_before
  from turns where done <> was_done
), resolutions as (
  select number, position, updated, assigned_to, opened, greatest(opened, case
    when from_end = 1 and resolved_at <> '' then greatest(resolved_at::timestamptz, change_before) else updated
  end) as at from changes where done
)`;

let testDatabase: TestDatabase;
let database: Database;
let sql: Sql;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = connectDatabase({ url: testDatabase.url, connectionsMax: 2, applicationName: "test" });
  sql = postgres(testDatabase.url, { max: 1, onnotice: () => {} });
  await loadRawIncidents(sql);
  await importFile({ database, source: servicenowIncidents, path: incidentFile });
}, 60_000);

afterAll(async () => {
  await sql?.end();
  await database?.close();
  await testDatabase?.drop();
});

/** number, milliseconds and agent of every measurement of a kind. */
const stored = (kind: string) => sql`
  select c.source_key as number, m.duration_ms::bigint as ms, ms.source_key as agent
  from measurements m
  join conversations c on c.tenant_id = m.tenant_id and c.id = m.conversation_id
  left join memberships ms on ms.tenant_id = m.tenant_id and ms.user_id = m.user_id
  where m.kind = ${kind} order by 1, m.at, 2`;

const plain = (list: readonly object[]) => list.map((row) => ({ ...row }));

describe("the whole incident log, against SQL over its raw rows", () => {
  test("has its 5,998 rows and 890 incidents", async () => {
    const [raw] = await sql`select count(*)::int as rows, count(distinct number)::int as incidents from raw`;
    expect(raw).toEqual({ rows: 5_998, incidents: 890 });
    const [counts] = await sql`select count(*)::int as conversations from conversations`;
    expect(counts).toEqual({ conversations: 890 });
  });

  test("every first response has the same duration and agent", async () => {
    const expected = await sql.unsafe(`${rows}
      select distinct on (number) number, (extract(epoch from greatest(updated, opened) - opened) * 1000)::bigint as ms,
        nullif(assigned_to, '') as agent
      from rows where incident_state <> 'New' order by number, updated, mod`);
    expect(expected).toHaveLength(890);
    expect(plain(await stored("first_response"))).toEqual(plain(expected));
  });

  test("every resolution has the same duration and agent", async () => {
    const expected = await sql.unsafe(`${rows}
      select r.number, (extract(epoch from r.at - r.opened) * 1000)::bigint as ms,
        nullif(case when r.at = r.updated then r.assigned_to else (
          select t.assigned_to from turns t where t.number = r.number and t.updated <= r.at
          order by t.position desc limit 1
        ) end, '') as agent
      from resolutions r order by 1, r.at, 2`);
    expect(expected).toHaveLength(902);
    expect(plain(await stored("resolution"))).toEqual(plain(expected));
  });

  test("every reopening has the same duration and agent", async () => {
    const expected = await sql.unsafe(`${rows}
      select c.number, (extract(epoch from c.updated - r.at) * 1000)::bigint as ms, nullif(c.assigned_to, '') as agent
      from changes c join lateral (
        select * from resolutions r where r.number = c.number and r.position < c.position order by position desc limit 1
      ) r on true
      where not c.done order by 1, c.updated, 2`);
    expect(expected).toHaveLength(12);
    expect(plain(await stored("reopening"))).toEqual(plain(expected));
  });

  test("incidents without resolved_at are resolved at their first resolved row", async () => {
    const expected = await sql.unsafe(`${rows}
      select number, max(at) as resolved_at from resolutions
      where number in (select number from raw where incident_state = 'Closed' and resolved_at = '') group by 1 order by 1`);
    expect(expected).toHaveLength(29);
    const numbers = expected.map(({ number }) => number);
    const found = await sql`
      select source_key as number, resolved_at from conversations where source_key in ${sql(numbers)} order by 1`;
    expect(plain(found)).toEqual(plain(expected));
  });

  test("what was dated before the opening counts from it", async () => {
    const [raw] = await sql.unsafe(
      `${rows} select count(distinct number)::int as early from rows where updated < opened`,
    );
    expect(raw).toEqual({ early: 5 });
    const [clamped] = await sql`
      select m.duration_ms::int as ms from measurements m join conversations c on c.id = m.conversation_id
      where c.source_key = 'INC0000135' and m.kind = 'first_response'`;
    expect(clamped).toEqual({ ms: 0 });
  });

  test("the state of every conversation is that of its last row", async () => {
    const expected = await sql.unsafe(`${rows}
      select distinct on (number) number, 'resolved' as status, nullif(assignment_group, '') as team,
        nullif(assigned_to, '') as agent, caller_id as customer, opened as created_at,
        case left(priority, 1) when '1' then 'urgent' when '2' then 'high' when '3' then 'medium' else 'low' end as priority
      from turns order by number, position desc`);
    const found = await sql`
      select c.source_key as number, c.status, t.source_key as team, m.source_key as agent, cu.source_key as customer,
        c.created_at, c.priority
      from conversations c
      left join teams t on t.tenant_id = c.tenant_id and t.id = c.team_id
      left join memberships m on m.tenant_id = c.tenant_id and m.user_id = c.assignee_id
      left join customers cu on cu.tenant_id = c.tenant_id and cu.id = c.customer_id
      order by 1`;
    expect(plain(found)).toEqual(plain(expected));
  });

  test("agents, teams and customers are each there once", async () => {
    const [raw] = await sql`
      select count(distinct nullif(assigned_to, ''))::int as agents, count(distinct nullif(assignment_group, ''))::int as teams,
        count(distinct nullif(caller_id, ''))::int as customers, count(distinct contact_type)::int as inboxes from raw`;
    const [found] = await sql`
      select (select count(*)::int from memberships) as agents, (select count(*)::int from teams) as teams,
        (select count(*)::int from customers) as customers, (select count(*)::int from inboxes) as inboxes`;
    expect({ ...found }).toEqual({ ...raw });
    const [users] = await sql`select count(*)::int as users, count(password_hash)::int as logins from users`;
    expect({ ...users }).toEqual({ users: raw?.agents, logins: 0 });
  });
});
