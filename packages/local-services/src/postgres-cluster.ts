import { chmodSync, chownSync, existsSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { canReach, type PostgresUser, runAs } from "./postgres-user.ts";
import { folderOutsideTheClone, shortHash } from "./project-folder.ts";
import { runCommand } from "./run-command.ts";

/** Where the files of the database may stand: below the data directory, or outside the clone when that is closed. */
export function clusterFolders(dataDir: string): { inside: string; outside: () => string } {
  return {
    inside: join(dataDir, "postgres", "cluster"),
    outside: () => join(folderOutsideTheClone(), `postgres-data-${shortHash(dataDir)}`, "cluster"),
  };
}

/** PostgreSQL wants its files to be its own: says so in words that help, before it does. */
export function refuseForeignFiles(cluster: string): void {
  const me = process.getuid?.();
  const owner = statSync(cluster, { throwIfNoEntry: false })?.uid;
  if (me === undefined || me === 0 || owner === undefined || owner === me) return;
  throw new Error(
    `${cluster} belongs to another user (uid ${owner}). Start as that user or as root, or choose another DATA_DIR.`,
  );
}

/** Decides where the files of the database stand for `user`, and says so when that is outside the data directory. */
export function placeCluster(dataDir: string, user: PostgresUser, log: (line: string) => void): string {
  const { inside, outside } = clusterFolders(dataDir);
  const parent = dirname(inside);
  mkdirSync(parent, { recursive: true });
  if (user.uid === undefined) return inside;
  if (statSync(parent).uid === process.getuid?.()) chmodSync(parent, 0o755);
  const cluster = canReach(user, [parent]) ? inside : outside();
  mkdirSync(dirname(cluster), { recursive: true });
  if (cluster !== inside) {
    chmodSync(dirname(cluster), 0o755);
    log(`the database's files stand in ${dirname(cluster)} (\`npm run clean\` removes them)`);
  }
  return cluster;
}

/** Creates the files of an empty database server, or nothing: a start that is interrupted here leaves no half of one. */
export async function createCluster(options: {
  cluster: string;
  user: PostgresUser;
  programs: { initdb: string; postgres: string };
  password: string;
  database: string;
  signal?: AbortSignal | undefined;
}): Promise<void> {
  const { cluster, user, programs, signal } = options;
  const staging = join(dirname(cluster), "staging");
  rmSync(staging, { recursive: true, force: true });
  if (existsSync(join(cluster, "PG_VERSION"))) return;
  mkdirSync(staging, { mode: 0o700 });
  const passwordFile = join(staging, "password");
  writeFileSync(passwordFile, options.password, { mode: 0o600 });
  if (user.uid !== undefined && user.gid !== undefined) {
    for (const path of [staging, passwordFile]) chownSync(path, user.uid, user.gid);
  }
  const made = join(staging, "cluster");
  const command = { ...runAs(user), cwd: "/", env: postgresEnvironment(), ...(signal === undefined ? {} : { signal }) };
  try {
    await runCommand(
      programs.initdb,
      // The built-in locale sorts the same everywhere, whatever locales the machine has.
      [
        "-D",
        made,
        "-U",
        "deskpulse",
        `--pwfile=${passwordFile}`,
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--no-sync",
      ].concat(["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions"]),
      command,
    );
    const single = (database: string, input: string) =>
      runCommand(programs.postgres, ["--single", "-j", "-D", made, database], { ...command, input: `${input};\n\n` });
    await single("template1", "create extension pg_stat_statements");
    await single("postgres", `create database "${options.database}"`);
    renameSync(made, cluster);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

/** Our environment without the settings that PostgreSQL's programs would take for their own. */
export function postgresEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith("PG") && !name.startsWith("LC_"));
  return { ...Object.fromEntries(kept), LC_ALL: "C", TZ: "UTC" };
}
