import { migrateDatabase } from "./migrate.ts";

const url = process.env.DATABASE_URL;
if (!url) {
  console.error(
    "DATABASE_URL is not set: it names the database to migrate, as postgres://user:password@host:port/name",
  );
  process.exit(1);
}
try {
  await migrateDatabase(url);
  console.error("The database schema is up to date.");
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  if (error instanceof Error && error.cause instanceof Error) console.error(`Cause: ${error.cause.message}`);
  process.exit(1);
}
