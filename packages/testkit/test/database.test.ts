import { expect, test } from "@jest/globals";
import postgres from "postgres";
import { createTestDatabase } from "../src/database.ts";

test("every test database is its own, and is gone after drop, also with connections open", async () => {
  const databases = await Promise.all([createTestDatabase(), createTestDatabase(), createTestDatabase()]);
  expect(new Set(databases.map((database) => database.url)).size).toBe(3);
  const [first] = databases;
  const sql = postgres(first?.url ?? "", { max: 1, onclose: () => {} });
  await sql`create table only_here (id int)`;
  await Promise.all(databases.map((database) => database.drop()));
  await first?.drop();
  await sql.end({ timeout: 1 });
  const again = postgres(first?.url ?? "", { max: 1 });
  await expect(again`select 1`).rejects.toThrow(/does not exist/);
  await again.end({ timeout: 1 });
});
