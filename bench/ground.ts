import { randomBytes, randomUUID } from "node:crypto";
import { issueToken } from "@deskpulse/identity/issue-token";
import { startCpuClock } from "./cpu.ts";
import type { Servers } from "./servers.ts";
import type { Settings } from "./settings.ts";

/** What all benches stand on: servers, a tenant, a token that both sides accept. */
export interface Ground {
  readonly servers: Servers;
  readonly settings: Settings;
  readonly tenantId: string;
  readonly userId: string;
  readonly token: string;
  /** For the processes of either side. */
  readonly env: Readonly<Record<string, string>>;
  /** Takes away runs, their deliveries and what processors wrote, so that each round begins the same. */
  clear(): Promise<void>;
  /** CPU time of Postgres, Redis and the given processes from now on. */
  cpuClock(processes: Readonly<Record<string, number>>): () => Readonly<Record<string, number>>;
}

export const redisPrefix = "bench";

export async function createGround(servers: Servers, settings: Settings): Promise<Ground> {
  const { sql, redis, databaseUrl, redisUrl, pids } = servers;
  const tenantId = randomUUID();
  const userId = "bench-user";
  const secret = randomBytes(32).toString("hex");
  await sql`insert into tenants (id, name) values (${tenantId}, ${`bench ${tenantId}`})`;
  const token = await issueToken({ subject: userId, role: "admin", tenantId, ttlSeconds: 36_000 }, { secret });
  return {
    servers,
    settings,
    tenantId,
    userId,
    token,
    env: {
      DATABASE_URL: databaseUrl,
      REDIS_URL: redisUrl,
      REDIS_PREFIX: redisPrefix,
      JWT_SECRET: secret,
      NODE_ENV: "production",
    },
    async clear() {
      await sql`truncate job_runs, job_run_log_lines, labels cascade`;
      for await (const keys of redis.scanStream({ match: `${redisPrefix}*`, count: 1_000 })) {
        if (keys.length > 0) await redis.unlink(...(keys as string[]));
      }
    },
    cpuClock: (processes) => startCpuClock({ ...processes, Postgres: pids.postgres, Redis: pids.redis }),
  };
}

/** CPU microseconds per unit: the processes' own, and with the servers that they use. */
export function cpuPerUnit(used: Readonly<Record<string, number>>, units: number): Record<string, number> {
  const { Postgres = 0, Redis = 0, ...processes } = used;
  const own = Object.values(processes).reduce((sum, micros) => sum + micros, 0);
  return {
    "process CPU µs": own / units,
    "Postgres CPU µs": Postgres / units,
    "Redis CPU µs": Redis / units,
    "all CPU µs": (own + Postgres + Redis) / units,
  };
}
