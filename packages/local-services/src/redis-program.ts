import { existsSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { unpackDebianPackage } from "./debian-package.ts";
import { tryCommand } from "./run-command.ts";

/** A Redis server that runs on this machine, with the environment it needs. */
export interface RedisProgram {
  file: string;
  env: NodeJS.ProcessEnv;
}

/** The oldest Redis we support; Valkey began at 7.2. */
const oldestMajor = 7;

/**
 * The first that works: a server on PATH, the distribution's package unpacked in `folder` before, or fetched now.
 * Throws, naming the ways out, when there is none.
 */
export async function redisProgram(
  folder: string,
  options: { log: (line: string) => void; signal?: AbortSignal | undefined; searchPath?: string },
): Promise<RedisProgram> {
  const searchPath =
    options.searchPath ?? `${process.env.PATH ?? ""}${delimiter}/usr/local/bin${delimiter}/opt/homebrew/bin`;
  const found = (await onPath(searchPath)) ?? (await unpackedIn(folder));
  if (found !== null) return found;
  const problems: string[] = [];
  if (existsSync("/usr/bin/apt-get") && existsSync("/usr/bin/dpkg")) {
    options.log("no redis-server on PATH: fetching the distribution's package (nothing is installed on the system)");
    for (const names of [["redis-server", "redis-tools"], ["valkey-server"]]) {
      try {
        await unpackDebianPackage(names, folder, options);
        const fetched = await unpackedIn(folder);
        if (fetched !== null) return fetched;
        problems.push(`${names[0]} was fetched, but does not run or is older than ${oldestMajor}`);
      } catch (error) {
        options.signal?.throwIfAborted();
        problems.push(error instanceof Error ? error.message : String(error));
      }
    }
  }
  throw new Error(
    [
      `there is no Redis server here (Redis or Valkey ${oldestMajor}.0 or newer).`,
      "Do one of these: install redis-server, set REDIS_URL to a server of yours, or use `docker compose up`.",
      ...problems,
    ].join("\n"),
  );
}

async function onPath(searchPath: string): Promise<RedisProgram | null> {
  for (const name of ["redis-server", "valkey-server"]) {
    for (const folder of searchPath.split(delimiter).filter((entry) => entry !== "")) {
      const program = { file: join(folder, name), env: process.env };
      if (existsSync(program.file) && (await works(program))) return program;
    }
  }
  return null;
}

async function unpackedIn(folder: string): Promise<RedisProgram | null> {
  const libraries = ["usr/lib", "lib"].flatMap((name) => {
    const path = join(folder, name);
    if (!existsSync(path)) return [];
    return [
      path,
      ...readdirSync(path)
        .filter((entry) => entry.includes("-linux-gnu"))
        .map((entry) => join(path, entry)),
    ];
  });
  for (const name of ["redis-server", "valkey-server"]) {
    const program = {
      file: join(folder, "usr/bin", name),
      env: { ...process.env, LD_LIBRARY_PATH: libraries.join(":") },
    };
    if (existsSync(program.file) && (await works(program))) return program;
  }
  return null;
}

async function works(program: RedisProgram): Promise<boolean> {
  const { code, output } = await tryCommand(program.file, ["--version"], { env: program.env });
  const major = Number(/v=(\d+)\./.exec(output)?.[1] ?? Number.NaN);
  return code === 0 && major >= oldestMajor;
}
