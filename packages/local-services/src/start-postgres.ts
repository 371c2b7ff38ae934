import { mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { freePort } from "./free-port.ts";
import { postgresBinaries } from "./postgres-binaries.ts";
import {
  clusterFolders,
  createCluster,
  placeCluster,
  postgresEnvironment,
  refuseForeignFiles,
} from "./postgres-cluster.ts";
import { clearPostgresLeftover } from "./postgres-leftover.ts";
import { postgresUser, runAs } from "./postgres-user.ts";
import { serverPassword } from "./server-password.ts";
import { type LocalServer, type ServerProcess, spawnServer, untilReady } from "./server-process.ts";
import { stopProcess } from "./stop-process.ts";

export interface PostgresOptions {
  /** The files stand in its folder `postgres`, the log in `logs/postgres.log`. */
  dataDir: string;
  /** Default: a free one. */
  port?: number;
  /** Made when the files are made; the url names it. Default `deskpulse`. */
  database?: string;
  /** Server settings, such as `{ fsync: "off" }`. */
  settings?: Record<string, string>;
  log: (line: string) => void;
  signal?: AbortSignal;
}

const defaultSettings = {
  listen_addresses: "127.0.0.1",
  // No socket file: nothing to clean up, and no limit on the length of the folder's name.
  unix_socket_directories: "",
  shared_preload_libraries: "pg_stat_statements",
  "pg_stat_statements.track": "all",
  track_io_timing: "on",
  max_connections: "200",
  timezone: "UTC",
  log_timezone: "UTC",
};

/** Starts the private PostgreSQL of a data directory on loopback, creating its files the first time. */
export async function startPostgres(options: PostgresOptions): Promise<LocalServer & { cluster: string }> {
  const { dataDir, log, signal } = options;
  const database = options.database ?? "deskpulse";
  refuseForeignFiles(clusterFolders(dataDir).inside);
  mkdirSync(join(dataDir, "postgres"), { recursive: true });
  const user = await postgresUser([clusterFolders(dataDir).inside]);
  const programs = await postgresBinaries(user, log);
  const cluster = placeCluster(dataDir, user, log);
  // Beside the files that know it, so that the two are never parted.
  const password = serverPassword(join(dirname(cluster), "password"));
  await clearPostgresLeftover(cluster, log);
  await createCluster({ cluster, user, programs, password, database, signal });

  const { server, port } = await startOnFreePort(options, async (port) => {
    const settings = Object.entries({ ...defaultSettings, port: String(port), ...options.settings });
    const flags = settings.flatMap(([name, value]) => ["-c", `${name}=${value}`]);
    const logFile = join(dataDir, "logs", "postgres.log");
    const env = postgresEnvironment();
    const server = await spawnServer(programs.postgres, ["-D", cluster, ...flags], { logFile, env, ...runAs(user) });
    try {
      await untilReady("PostgreSQL", server, {
        isReady: async () => isReady(cluster, server.pid),
        // Recovery after a crash reads the whole log since the last checkpoint.
        timeoutMs: 120_000,
        signal,
      });
      return server;
    } catch (error) {
      await stopProcess(server.pid, { signals: ["SIGQUIT", "SIGKILL"], stepMs: 3_000 });
      throw error;
    }
  });

  return {
    url: `postgres://deskpulse:${password}@127.0.0.1:${port}/${database}`,
    pid: server.pid,
    port,
    cluster,
    exited: server.exited,
    // SIGINT rolls back and closes; SIGQUIT leaves the rest to recovery. No SIGKILL before both had their time.
    stop: () => stopProcess(server.pid, { signals: ["SIGINT", "SIGQUIT", "SIGKILL"], stepMs: 3_000 }),
  };
}

async function startOnFreePort(
  options: PostgresOptions,
  start: (port: number) => Promise<ServerProcess>,
): Promise<{ server: ServerProcess; port: number }> {
  for (let attempt = 1; ; attempt++) {
    const port = options.port ?? (await freePort());
    try {
      return { server: await start(port), port };
    } catch (error) {
      // Somebody took the port between the look and the start; or the last server's memory is not yet released.
      const passing = /could not bind|Address already in use|shared memory block .* still in use/.test(String(error));
      if (!passing || attempt === 5 || (options.port !== undefined && attempt === 2)) throw error;
    }
  }
}

/** The server writes `ready` as the eighth line of its lock file; the pid guards against reading an old one. */
function isReady(cluster: string, pid: number): boolean {
  try {
    const lines = readFileSync(join(cluster, "postmaster.pid"), "utf8").split("\n");
    return Number(lines[0]) === pid && lines[7]?.trim() === "ready";
  } catch {
    return false;
  }
}
