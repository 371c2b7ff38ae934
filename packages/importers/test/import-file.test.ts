import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { connectDatabase, type Database } from "@deskpulse/db/connect";
import { createTestDatabase, type TestDatabase } from "@deskpulse/testkit/database";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import postgres, { type Sql } from "postgres";
import { importFile } from "../src/import-file.ts";
import { servicenowIncidents } from "../src/servicenow-incidents-source.ts";
import { twitterCare } from "../src/twitter-care-source.ts";
import { careFile, incidentFile } from "./raw-table.ts";

let folder: string;
let testDatabase: TestDatabase;
let database: Database;
let sql: Sql;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "deskpulse-import-"));
  testDatabase = await createTestDatabase();
  database = connectDatabase({ url: testDatabase.url, connectionsMax: 4, applicationName: "test" });
  sql = postgres(testDatabase.url, { max: 1, onnotice: () => {} });
});

afterEach(async () => {
  await sql?.end();
  await database?.close();
  await testDatabase?.drop();
  await rm(folder, { recursive: true, force: true });
});

async function write(content: string | Buffer): Promise<string> {
  const path = join(folder, `${Math.random()}`);
  await writeFile(path, content);
  return path;
}
const importIncidents = (path: string) => importFile({ database, source: servicenowIncidents, path });

/** Everything that an import writes, without what a clock or a sequence gave it. */
async function contents(): Promise<unknown> {
  const measurements = await sql`
    select c.source_key, m.kind, m.started_at, m.at, m.duration_ms::bigint as ms, ms.source_key as agent,
      t.source_key as team, m.channel, m.priority
    from measurements m join conversations c on c.id = m.conversation_id
    left join memberships ms on ms.user_id = m.user_id left join teams t on t.id = m.team_id
    order by 1, 2, 4, 3`;
  const conversations = await sql`
    select source_key, status, created_at, first_responded_at, resolved_at, last_activity_at, reopened_count, priority
    from conversations order by 1`;
  const [counts] = await sql`
    select (select count(*) from events)::int as events, (select count(*) from messages)::int as messages,
      (select count(*) from users)::int as users, (select count(*) from memberships)::int as memberships,
      (select count(*) from customers)::int as customers, (select count(*) from teams)::int as teams,
      (select count(*) from inboxes)::int as inboxes, (select count(*) from tenants)::int as tenants`;
  return JSON.parse(JSON.stringify({ measurements, conversations, counts }));
}

async function incidentLines(count: number): Promise<{ header: string; rows: string[] }> {
  const [header = "", ...rows] = gunzipSync(await readFile(incidentFile))
    .toString()
    .trimEnd()
    .split("\n");
  return { header, rows: rows.slice(0, count) };
}

describe("an import", () => {
  test("of the same data twice changes nothing", async () => {
    const first = await importIncidents(incidentFile);
    expect(first).toMatchObject({ rows: 5_998, refused: 0 });
    const before = await contents();
    expect(await importIncidents(incidentFile)).toMatchObject({ rows: 5_998, newEvents: 0 });
    expect(await contents()).toEqual(before);
    expect((await importFile({ database, source: twitterCare, path: careFile })).newEvents).toBe(525 + 1_211);
    expect((await importFile({ database, source: twitterCare, path: careFile })).newEvents).toBe(0);
  }, 90_000);

  test("of the rows in another order, in parts, repeated and at once, gives the same", async () => {
    const { header, rows } = await incidentLines(700);
    await importIncidents(await write([header, ...rows].join("\n")));
    const expected = await contents();
    await sql`truncate tenants, users cascade`;
    const backwards = rows.toReversed();
    const parts = [
      backwards.filter((_, index) => index % 2 === 0),
      backwards.filter((_, index) => index % 3 !== 0),
      rows,
    ];
    const paths = await Promise.all(parts.map((part) => write([header, ...part].join("\r\n"))));
    await Promise.all(paths.map(importIncidents));
    expect(await contents()).toEqual(expected);
  }, 60_000);

  test("takes plain and gzip alike, with or without a byte order mark and a last line break", async () => {
    const { header, rows } = await incidentLines(20);
    const text = [header, ...rows].join("\n");
    expect((await importIncidents(await write(gzipSync(`\uFEFF${text}\n\n`)))).rows).toBe(20);
    expect((await importIncidents(await write(text))).newEvents).toBe(0);
  });

  test("refuses a bad row alone, by its line number and reason", async () => {
    const { header, rows } = await incidentLines(12);
    const spoil = (index: number, change: (row: string) => string) => {
      rows[index] = change(rows[index] ?? "");
    };
    spoil(1, (row) => row.replace(",Resolved,", ",Lost,"));
    spoil(3, (row) => `${row},one more`);
    spoil(5, (row) => row.replace(",", ',"'));
    spoil(7, (row) => row.replace(/2016-\d\d-\d\dT/, "2016-13-40T"));
    const outcome = await importIncidents(await write([header, ...rows].join("\n")));
    expect(outcome).toMatchObject({ rows: 12, refused: 4 });
    expect(outcome.refusedShown.map(({ line }) => line)).toEqual([3, 5, 7, 9]);
    expect(outcome.refusedShown[0]?.reason).toContain("incident_state");
    expect(outcome.refusedShown[1]?.reason).toBe("expected 36 fields, found 37");
    expect(outcome.refusedShown[3]?.reason).toContain("opened_at");
    const [events] = await sql`select count(*)::int as rows from events where type = 'conversation.status'`;
    expect({ ...events }).toEqual({ rows: 8 });
  });

  test("counts all bad rows and shows fifty", async () => {
    const { header, rows } = await incidentLines(1);
    const outcome = await importIncidents(await write([header, ...rows, ...Array(80).fill("bad")].join("\n")));
    expect(outcome.refused).toBe(80);
    expect(outcome.refusedShown).toHaveLength(50);
  });

  test("can take everything into a named tenant", async () => {
    const outcome = await importFile({ database, source: twitterCare, path: careFile, tenant: "All companies" });
    expect(outcome.tenants.map(({ name }) => name)).toEqual(["All companies"]);
    const [counts] = await sql`select count(*)::int as conversations from conversations`;
    expect({ ...counts }).toEqual({ conversations: 525 });
  });

  test("says why a file cannot be read", async () => {
    const { header, rows } = await incidentLines(200);
    const zipped = gzipSync([header, ...rows].join("\n"));
    const refused = async (content: string | Buffer) => importIncidents(await write(content));
    await expect(importIncidents(join(folder, "nowhere"))).rejects.toMatchObject({ exitCode: 2 });
    await expect(importIncidents(folder)).rejects.toMatchObject({ exitCode: 2 });
    await expect(refused(zipped.subarray(0, zipped.length / 2))).rejects.toThrow("broken or cut-off gzip");
    await expect(refused("a,b,c\n1,2,3")).rejects.toThrow("lacks number");
    await expect(refused(header.replace(",active,", ",number,"))).rejects.toThrow("twice: number");
    await expect(refused("")).rejects.toThrow("holds no row");
    await expect(refused(header)).rejects.toThrow("holds no row");
    await expect(refused(`${header}\nbad`)).rejects.toThrow("line 2: expected 36 fields");
    await expect(importFile({ database, source: twitterCare, path: incidentFile })).rejects.toThrow("no JSON object");
  });
});
