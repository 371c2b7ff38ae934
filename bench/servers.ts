import { readFileSync } from "node:fs";
import { Redis } from "ioredis";
import postgres, { type Sql } from "postgres";

/** The private servers, seen from the benches. */
export interface Servers {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly sql: Sql;
  readonly redis: Redis;
  /** Null when a server does not run on this machine: then its CPU share is not counted. */
  readonly pids: { readonly postgres: number | null; readonly redis: number | null };
  /** What they were set to, for the head of the output. */
  readonly settings: string;
  close(): Promise<void>;
}

export async function connectServers(databaseUrl: string, redisUrl: string): Promise<Servers> {
  const sql = postgres(databaseUrl, { max: 2, onnotice: () => undefined });
  const redis = new Redis(redisUrl, { replyMapping: "legacy" as const, maxRetriesPerRequest: null });
  const [row] = await sql<{ pid: number; settings: string }[]>`
    select pg_backend_pid() as pid, 'PostgreSQL ' || current_setting('server_version') || ': ' || (
      select string_agg(name || '=' || current_setting(name), ' ' order by name) from pg_settings
      where name in ('fsync', 'synchronous_commit', 'full_page_writes', 'shared_buffers', 'wal_level')) as settings`;
  const server = parseInfo(await redis.info());
  const [, appendOnly] = (await redis.config("GET", "appendonly")) as string[];
  const [, appendFsync] = (await redis.config("GET", "appendfsync")) as string[];
  return {
    databaseUrl,
    redisUrl,
    sql,
    redis,
    pids: {
      postgres: row === undefined ? null : parentNamed(row.pid, "postgres"),
      redis: named(Number(server.get("process_id")), "redis", "valkey"),
    },
    settings: `${row?.settings}; Redis ${server.get("redis_version")}: appendonly=${appendOnly} appendfsync=${appendFsync}`,
    async close() {
      redis.disconnect();
      await sql.end({ timeout: 5 });
    },
  };
}

const parseInfo = (text: string): Map<string, string> =>
  new Map(
    text.split("\r\n").flatMap((line) => {
      const [name, value] = line.split(":");
      return name === undefined || value === undefined ? [] : [[name, value] as const];
    }),
  );

/** The pid, if on this machine it is one of these programs (a server elsewhere counts its own pids). */
function named(pid: number, ...programs: string[]): number | null {
  try {
    const name = readFileSync(`/proc/${pid}/comm`, "utf8");
    return programs.some((program) => name.startsWith(program)) ? pid : null;
  } catch {
    return null;
  }
}

function parentNamed(pid: number, program: string): number | null {
  if (named(pid, program) === null) return null;
  const parent = /^PPid:\s*(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return parent === undefined ? null : named(Number(parent), program);
}
