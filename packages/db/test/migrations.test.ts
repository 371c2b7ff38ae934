import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createTestDatabase } from "@deskpulse/testkit/database";
import { expect, test } from "@jest/globals";
import postgres from "postgres";
import { migrateDatabase } from "../src/migrate.ts";

const packageFolder = fileURLToPath(new URL("..", import.meta.url));

test("the schema says nothing that the migrations do not do", async () => {
  const folder = mkdtempSync(join(tmpdir(), "migrations-"));
  try {
    cpSync(join(packageFolder, "src/migrations"), folder, { recursive: true });
    const before = readdirSync(folder);
    const kit = join(dirname(createRequire(import.meta.url).resolve("drizzle-kit")), "bin.cjs");
    const args = ["generate", "--dialect", "postgresql", "--schema", "./src/schema/*.ts"];
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [kit, ...args, "--out", relative(packageFolder, folder)],
      { cwd: packageFolder, timeout: 25_000, env: { PATH: process.env.PATH ?? "" } },
    );
    expect(stdout).toContain("No schema changes");
    expect(readdirSync(folder)).toEqual(before);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("migrating a database that is there already, by several at once, changes nothing", async () => {
  const database = await createTestDatabase();
  const sql = postgres(database.url, { max: 1, onnotice: () => undefined });
  const applied = () => sql`select * from drizzle.__drizzle_migrations order by id`;
  try {
    const before = [...(await applied())];
    await Promise.all([migrateDatabase(database.url), migrateDatabase(database.url)]);
    expect([...(await applied())]).toEqual(before);
  } finally {
    await sql.end({ timeout: 1 });
    await database.drop();
  }
});
