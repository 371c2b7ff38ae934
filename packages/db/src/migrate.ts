import { fileURLToPath } from "node:url";
import { drizzle } from "drizzle-orm/postgres-js";
import { migrate } from "drizzle-orm/postgres-js/migrator";
import postgres from "postgres";
import { tenancyDefects } from "./tenancy/check-tenancy.ts";
import { ensureRoles } from "./tenancy/ensure-roles.ts";

const migrationsFolder = fileURLToPath(new URL("./migrations", import.meta.url));
/** "deskpulse" as a number: one migration at a time, however many processes start at once. */
const migrationLock = 0x6465736b;

/**
 * Brings the database to the newest schema: roles, tables, policies. Does nothing when it is there already.
 * Throws RolesMissingError when the login lacks the right, and an Error when a table would be unguarded afterwards.
 */
export async function migrateDatabase(databaseUrl: string): Promise<void> {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => undefined, connect_timeout: 5 });
  try {
    await sql`select pg_advisory_lock(${migrationLock})`;
    await ensureRoles(sql);
    await migrate(drizzle(sql), { migrationsFolder });
    const defects = await tenancyDefects(sql);
    if (defects.length > 0) throw new Error(`The migrated schema is not safe: ${defects.join("; ")}`);
  } finally {
    await sql.end({ timeout: 5 });
  }
}
