import { connectDatabase, type Database } from "@deskpulse/db/connect";
import { createTestDatabase, type TestDatabase } from "@deskpulse/testkit/database";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import postgres, { type Sql } from "postgres";
import { importFile } from "../src/import-file.ts";
import { twitterCare } from "../src/twitter-care-source.ts";
import { careFile, loadRawCare } from "./raw-table.ts";

const rows = `with lines as (select line::jsonb as j from raw_care), said as (
  select j ->> 'id' as id, j ->> 'company' as company, m ->> 'from' as side, m ->> 'author' as author,
    m ->> 'text' as content, (m ->> 'at')::timestamptz as at
  from lines, jsonb_array_elements(j -> 'messages') m
), asked as (select id, min(at) as at from said where side = 'customer' group by id)`;

let testDatabase: TestDatabase;
let database: Database;
let sql: Sql;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = connectDatabase({ url: testDatabase.url, connectionsMax: 2, applicationName: "test" });
  sql = postgres(testDatabase.url, { max: 1, onnotice: () => {} });
  await loadRawCare(sql);
  await importFile({ database, source: twitterCare, path: careFile });
}, 60_000);

afterAll(async () => {
  await sql?.end();
  await database?.close();
  await testDatabase?.drop();
});

const plain = (list: readonly object[]) => list.map((row) => ({ ...row }));

describe("the whole care set, against SQL over its raw lines", () => {
  test("each company is a tenant with its conversations, none resolved", async () => {
    const expected = await sql.unsafe(
      `${rows} select company, count(distinct id)::int as conversations from said group by 1 order by 1`,
    );
    expect(expected).toHaveLength(24);
    const found = await sql`
      select t.name as company, count(*) filter (where c.status = 'open')::int as conversations
      from tenants t join conversations c on c.tenant_id = t.id group by 1 order by 1`;
    expect(plain(found)).toEqual(plain(expected));
  });

  test("every first response has the same duration and is the company's", async () => {
    const expected = await sql.unsafe(`${rows}
      select said.id, said.company, (extract(epoch from min(said.at) - min(asked.at)) * 1000)::bigint as ms
      from said join asked on asked.id = said.id and said.at >= asked.at
      where said.side = 'agent' group by 1, 2 order by 1`);
    expect(expected).toHaveLength(525);
    const found = await sql`
      select c.source_key as id, ms.source_key as company, m.duration_ms::bigint as ms
      from measurements m
      join conversations c on c.tenant_id = m.tenant_id and c.id = m.conversation_id
      join memberships ms on ms.tenant_id = m.tenant_id and ms.user_id = m.user_id
      where m.kind = 'first_response' order by 1`;
    expect(plain(found)).toEqual(plain(expected));
  });

  test("every later answer to a waiting customer has the same duration", async () => {
    const expected = await sql.unsafe(`${rows}, turns as (
        select *, lag(side) over w as before from said window w as (partition by id order by at)
      ), spells as (
        select *, count(*) filter (where side = 'customer' and before is distinct from 'customer')
          over (partition by id order by at) as spell from turns
      )
      select id, (extract(epoch from min(at) filter (where side = 'agent') - min(at) filter (where side = 'customer')) * 1000)::bigint as ms
      from spells where spell > 1 group by id, spell having count(*) filter (where side = 'agent') > 0 order by 1, 2`);
    const found = await sql`
      select c.source_key as id, m.duration_ms::bigint as ms
      from measurements m join conversations c on c.tenant_id = m.tenant_id and c.id = m.conversation_id
      where m.kind = 'reply_time' order by 1, 2`;
    expect(plain(found)).toEqual(plain(expected));
    expect(found.length).toBeGreaterThan(50);
  });

  test("every message is there with its text", async () => {
    const expected = await sql.unsafe(`${rows}
      select id, case side when 'customer' then 'in' else 'out' end as direction, side as sender, at, content from said
      order by id, at`);
    expect(expected).toHaveLength(1_211);
    const found = await sql`
      select c.source_key as id, m.direction, m.sender, m.at, m.content
      from messages m join conversations c on c.tenant_id = m.tenant_id and c.id = m.conversation_id
      order by c.source_key, m.at`;
    expect(plain(found)).toEqual(plain(expected));
  });
});
