import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "./free-port.ts";
import { removeProcessRecord, stopRecordedProcess, writeProcessRecord } from "./process-record.ts";
import { redisAnswers } from "./redis-ping.ts";
import { redisProgram } from "./redis-program.ts";
import { serverPassword } from "./server-password.ts";
import { type LocalServer, spawnServer, untilReady } from "./server-process.ts";
import { stopProcess } from "./stop-process.ts";

export interface RedisOptions {
  /** The files stand in its folder `redis`, the log in `logs/redis.log`. */
  dataDir: string;
  /** Default: a free one. */
  port?: number;
  /** True: an append-only file, synced every second. False: nothing outlives the process. */
  persistence: boolean;
  /** Where a fetched server is unpacked and found again. Default `<dataDir>/redis-server`. */
  programDir?: string;
  log: (line: string) => void;
  signal?: AbortSignal;
}

/** Starts the private Redis of a data directory on loopback. */
export async function startRedis(options: RedisOptions): Promise<LocalServer> {
  const { dataDir, log, signal } = options;
  const folder = join(dataDir, "redis");
  const record = join(dataDir, "run", "redis.json");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const program = await redisProgram(options.programDir ?? join(dataDir, "redis-server"), { log, signal });
  const password = serverPassword(join(folder, "password"));
  await stopRecordedProcess(record, { name: "Redis", log });
  for (let attempt = 1; ; attempt++) {
    signal?.throwIfAborted();
    const port = options.port ?? (await freePort());
    const config = join(folder, "redis.conf");
    writeFileSync(config, configuration({ folder, port, password, persistence: options.persistence }), { mode: 0o600 });
    const server = await spawnServer(program.file, [config], {
      logFile: join(dataDir, "logs", "redis.log"),
      env: program.env,
    });
    writeProcessRecord(record, server.pid);
    const stop = async () => {
      await stopProcess(server.pid, { signals: ["SIGTERM", "SIGKILL"], stepMs: 4_000 });
      removeProcessRecord(record);
    };
    try {
      await untilReady("Redis", server, { isReady: () => redisAnswers(port, password), timeoutMs: 60_000, signal });
      return {
        url: `redis://default:${password}@127.0.0.1:${port}`,
        pid: server.pid,
        port,
        exited: server.exited,
        stop,
      };
    } catch (error) {
      await stop();
      // Somebody took the port between the look and the start.
      if (!/Address already in use/.test(String(error)) || options.port !== undefined || attempt === 5) throw error;
    }
  }
}

/** In a file and not in arguments: the password would stand in everybody's process list. */
function configuration(given: { folder: string; port: number; password: string; persistence: boolean }): string {
  const folder = given.folder.replaceAll("\\", "\\\\").replaceAll('"', '\\"');
  return [
    "bind 127.0.0.1",
    `port ${given.port}`,
    "protected-mode yes",
    `requirepass ${given.password}`,
    `dir "${folder}"`,
    // Queues must never be evicted.
    "maxmemory-policy noeviction",
    `appendonly ${given.persistence ? "yes" : "no"}`,
    "appendfsync everysec",
    'save ""',
    "daemonize no",
    'logfile ""',
    "",
  ].join("\n");
}
