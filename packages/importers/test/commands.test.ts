import { type ExecFileException, execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { connectDatabase, type Database } from "@deskpulse/db/connect";
import { userByEmail } from "@deskpulse/db/identity/user-by-email";
import { asEngine } from "@deskpulse/db/transaction";
import { verifyPassword } from "@deskpulse/identity/password";
import { createTestDatabase, type TestDatabase } from "@deskpulse/testkit/database";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { z } from "zod";
import { careFile } from "./raw-table.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const secret = "a secret that is only for this test, and long enough";

let testDatabase: TestDatabase;
let database: Database;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = connectDatabase({ url: testDatabase.url, connectionsMax: 2, applicationName: "test" });
});

afterAll(async () => {
  await database?.close();
  await testDatabase?.drop();
});

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command of this package as people do, with this environment only. */
function run(command: string, args: readonly string[], environment: Record<string, string>): Promise<Ended> {
  const env = { PATH: process.env.PATH ?? "", ...environment };
  const all = ["--import", "tsx", "--conditions=development", `packages/importers/src/${command}.ts`, ...args];
  return new Promise((resolve) => {
    execFile(process.execPath, all, { cwd: root, env }, (error: ExecFileException | null, stdout, stderr) =>
      resolve({ code: typeof error?.code === "number" ? error.code : 0, stdout, stderr }),
    );
  });
}

describe("the import command", () => {
  test("imports, and says how much", async () => {
    const ended = await run("import-main", ["twitter-care", careFile], { DATABASE_URL: testDatabase.url });
    expect(ended.code).toBe(0);
    expect(ended.stdout).toContain("525 rows read, 0 refused, 1736 new events");
  }, 60_000);

  test.each([
    ["a wrong source", ["zendesk", careFile], 2, "there are: servicenow-incidents, twitter-care, events"],
    ["no file", ["twitter-care"], 2, "Usage:"],
    ["an unknown option", ["twitter-care", careFile, "--tennant", "x"], 2, "--tennant"],
    ["a missing file", ["twitter-care", "nowhere.gz"], 2, "There is no file nowhere.gz"],
    ["another format", ["servicenow-incidents", careFile], 3, "This is no incident log"],
  ])("ends with its own code and words for %s", async (_, args, code, words) => {
    const ended = await run("import-main", args, { DATABASE_URL: testDatabase.url });
    expect(ended.stderr).toContain(words);
    expect(ended.code).toBe(code);
  });

  test("names the variable that is missing, and says when no database answers", async () => {
    const without = await run("import-main", ["twitter-care", careFile], {});
    expect([without.code, without.stderr]).toEqual([2, expect.stringContaining("DATABASE_URL: is not set")]);
    const away = await run("import-main", ["twitter-care", careFile], {
      DATABASE_URL: "postgres://nobody@127.0.0.1:1/x",
    });
    expect([away.code, away.stderr]).toEqual([1, expect.stringContaining("ECONNREFUSED")]);
  }, 60_000);
});

describe("the import of events", () => {
  const line = (event: object) => `${JSON.stringify(event)}\n`;
  const said = { conversation: "c1", at: "2026-01-05T09:00:00Z" };
  const text = [
    line({ ...said, id: "1", type: "conversation.created", inbox: "web" }),
    line({ ...said, id: "2", type: "message.created", at: "2026-01-05T11:00:00Z", direction: "out", sender: "agent" }),
    "{\n",
    line({ ...said, id: "3", type: "csat.answered", rating: 6 }),
    line({ ...said, id: "4", type: "conversation.status", at: "2199-01-01T00:00:00Z", status: "resolved" }),
  ].join("");
  const hours = { week: { monday: [{ from: "10:00", to: "18:00" }] } };
  const late = line({ id: "5", type: "working-hours.upserted", at: said.at, inbox: "web", timezone: "UTC", hours });
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "deskpulse-events-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const importing = async (name: string, body: string | Buffer, ...more: string[]) => {
    await writeFile(join(folder, name), body);
    return await run("import-main", ["events", join(folder, name), ...more], { DATABASE_URL: testDatabase.url });
  };
  const measured = () => database.sql`
    select duration_ms::float8 as ms, business_ms::float8 as business from measurements m join tenants t on t.id = m.tenant_id
    where t.name = 'Events' and m.kind = 'first_response'`;

  test("takes in what can be read, says why of the rest, and doubles nothing", async () => {
    const first = await importing("a.ndjson.gz", gzipSync(text), "--tenant", "Events");
    expect([first.code, first.stdout]).toEqual([0, expect.stringContaining("5 rows read, 3 refused, 2 new events")]);
    for (const words of [
      "line 3: is not JSON",
      "line 4: /rating",
      "line 5: /at lies more than ten minutes in the future",
    ])
      expect(first.stderr).toContain(words);
    expect(await measured()).toEqual([{ ms: 7_200_000, business: null }]);
    const again = await importing("a.ndjson", text, "--tenant", "Events");
    expect(again.stdout).toContain("0 new events");
  }, 60_000);

  test("measures what was there by hours that come later", async () => {
    const ended = await importing("b.ndjson", late, "--tenant", "Events");
    expect([ended.code, ended.stdout]).toEqual([0, expect.stringContaining("1 new events")]);
    // Monday 09:00 to 11:00, of which an hour lies within 10:00 to 18:00
    expect(await measured()).toEqual([{ ms: 7_200_000, business: 3_600_000 }]);
  }, 60_000);

  test("asks for the tenant, and takes in nothing without", async () => {
    const ended = await importing("c.ndjson", text);
    expect([ended.code, ended.stderr]).toEqual([2, expect.stringContaining("--tenant NAME")]);
  }, 60_000);
});

describe("the generate command", () => {
  const call = "--conversations 40 --days 7 --tenants 2 --seed 3 --until 2026-11-01T00:00:00Z".split(" ");

  test("generates, says how much and how to repeat it, and adds nothing the second time", async () => {
    const first = await run("generate-main", call, { DATABASE_URL: testDatabase.url });
    expect([first.code, first.stdout]).toEqual([
      0,
      expect.stringMatching(/^40 conversations, \d+ messages, \d+ events/),
    ]);
    expect(first.stderr).toContain(
      "npm run generate -- --conversations 40 --days 7 --tenants 2 --seed 3 --until 2026-11-01T00:00:00.000Z",
    );
    const again = await run("generate-main", call, { DATABASE_URL: testDatabase.url });
    expect([again.code, again.stdout]).toEqual([0, expect.stringContaining("0 conversations, 0 messages, 0 events")]);
    const [row] = await database.sql`
      select count(*)::int as conversations from conversations where created_at between '2026-10-25' and '2026-11-01'`;
    expect(row?.conversations).toBe(40);
  }, 60_000);

  test.each([
    ["no options", [], "--conversations: is missing"],
    ["too few conversations", [...call, "--tenants", "41"], "--conversations: expected at least one a tenant"],
    ["a number that is none", [...call, "--days", "many"], "--days: expected a whole number from 1 to 3650"],
    ["a negative number", [...call, "--seed=-1"], "--seed: expected a whole number from 0 to 2147483647"],
    ["a time without zone", [...call, "--until", "2026-11-01"], "--until: expected an instant with zone"],
    ["an unknown option", [...call, "--tenant", "x"], "--tenant"],
    ["no database that answers", call, "ECONNREFUSED"],
  ])("ends with 1 and says why for %s", async (_, args, words) => {
    const ended = await run("generate-main", args, { DATABASE_URL: "postgres://nobody@127.0.0.1:1/x" });
    expect(ended.stderr).toContain(words);
    expect(ended.code).toBe(1);
  });
});

const Demo = z.strictObject({
  tenants: z.array(z.strictObject({ id: z.uuid(), name: z.string() })),
  tokens: z.record(z.string(), z.string()),
  users: z.record(z.string(), z.strictObject({ email: z.string(), password: z.string() })),
});

describe("the demo command", () => {
  test("loads the data once, and its last line says who may do what", async () => {
    const environment = { DATABASE_URL: testDatabase.url, JWT_SECRET: secret, DEMO_PASSWORD: "first password" };
    const first = Demo.parse(JSON.parse((await run("demo-main", [], environment)).stdout));
    expect(first.tenants).toHaveLength(26);
    expect([first.tenants[0]?.name, first.tenants[25]?.name]).toEqual(["Incident desk", "Northwind Support"]);
    const keys = ["operator", "operatorReadOnly", "admin", "supervisor", "agent"];
    keys.push("currentAdmin", "currentSupervisor", "currentAgent");
    expect(Object.keys(first.tokens)).toEqual(keys);
    const [, claims = ""] = first.tokens.agent?.split(".") ?? [];
    const agent = await asEngine(database, (tx) => userByEmail(tx, "agent@incident-desk.local"));
    expect(JSON.parse(Buffer.from(claims, "base64url").toString())).toMatchObject({
      sub: agent?.id,
      role: "agent",
      tenant: first.tenants[0]?.id,
    });
    expect(agent).toMatchObject({
      name: "Resolver 139",
      memberships: [{ tenantName: "Incident desk", role: "agent" }],
    });

    const current = await asEngine(database, (tx) => userByEmail(tx, "agent@northwind.local"));
    expect(current?.memberships).toMatchObject([{ tenantName: "Northwind Support", role: "agent" }]);

    const [before] =
      await database.sql`select (select count(*)::int from events) as e, (select count(*)::int from users) as u`;
    const changed = { ...environment, DEMO_PASSWORD: "second password" };
    const second = Demo.parse(JSON.parse((await run("demo-main", [], changed)).stdout));
    expect(second.tenants).toEqual(first.tenants);
    const [after] =
      await database.sql`select (select count(*)::int from events) as e, (select count(*)::int from users) as u`;
    expect(after).toEqual(before);
    for (const { email, password } of Object.values(second.users)) {
      const user = await asEngine(database, (tx) => userByEmail(tx, email));
      expect(await verifyPassword(user?.passwordHash ?? null, password)).toBe(true);
    }
  }, 90_000);

  test("names every variable that is missing", async () => {
    const ended = await run("demo-main", [], {});
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain("DATABASE_URL: is not set");
    expect(ended.stderr).toContain("JWT_SECRET: is not set");
  });
});
