import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import postgres from "postgres";
import { testServers } from "./servers.ts";

/** A database of a test's own, migrated and without rows. */
export interface TestDatabase {
  url: string;
  /** Removes it, also while connections are open. Calling it twice is fine. */
  drop(): Promise<void>;
}

/** Clones the migrated template: a test file gets a database that no other test sees. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const template = new URL(testServers().databaseUrl);
  const templateName = template.pathname.slice(1);
  const name = `test_${process.pid}_${randomBytes(5).toString("hex")}`;
  await maintain(template, (sql) => clone(sql, templateName, name));
  const own = new URL(template);
  own.pathname = `/${name}`;
  return {
    url: own.href,
    drop: () => maintain(template, (sql) => sql.unsafe(`drop database if exists "${name}" with (force)`)),
  };
}

/** Somebody who is just leaving the template stands in the way of cloning it: that passes. */
async function clone(sql: postgres.Sql, template: string, name: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await sql.unsafe(`create database "${name}" template "${template}"`);
      return;
    } catch (error) {
      const busy = error instanceof postgres.PostgresError && error.code === "55006";
      if (!busy || attempt === 40) throw error;
      await sleep(50);
    }
  }
}

async function maintain(server: URL, work: (sql: postgres.Sql) => Promise<unknown>): Promise<void> {
  const url = new URL(server);
  url.pathname = "/postgres";
  const sql = postgres(url.href, { max: 1, onnotice: () => {} });
  try {
    await work(sql);
  } finally {
    await sql.end({ timeout: 5 });
  }
}
