import { join } from "node:path";
import { build } from "./build.mjs";
import { forgetServer, rememberServer } from "./children.mjs";
import { onStop, stopEverything, stopSignal } from "./lifecycle.mjs";
import { cacheDir, root } from "./paths.mjs";
import { detail, step } from "./progress.mjs";

/** A function of packages/local-services, which is built before it can be used. */
export async function localService(file) {
  await build(["local-services"]);
  return await import(join(root, "packages/local-services/dist", file));
}

/**
 * Starts the private servers that are not given by url, and ends the command when one of them dies.
 * @param {{ folder: string, database?: string, databaseUrl?: string, redisUrl?: string, settings?: Record<string, string>,
 *   persistence?: boolean, programDir?: string }} options programDir: where a fetched Redis stands
 */
export async function startServers({
  folder,
  database,
  databaseUrl,
  redisUrl,
  settings,
  persistence = true,
  programDir,
}) {
  const common = { dataDir: folder, log: detail, signal: stopSignal };
  const given = (url) => ({ url, pid: null });
  const postgres = databaseUrl
    ? given(databaseUrl)
    : await step("start PostgreSQL", async () => {
        const { startPostgres } = await localService("start-postgres.js");
        return await startPostgres({ ...common, database, settings });
      });
  guard("PostgreSQL", postgres, join(folder, "logs", "postgres.log"));
  const redis = redisUrl
    ? given(redisUrl)
    : await step("start Redis", async () => {
        const { startRedis } = await localService("start-redis.js");
        return await startRedis({ ...common, persistence, programDir });
      });
  guard("Redis", redis, join(folder, "logs", "redis.log"));
  return {
    databaseUrl: postgres.url,
    redisUrl: redis.url,
    pids: { postgres: postgres.pid, redis: redis.pid },
    cluster: postgres.cluster,
  };
}

/** Where commands other than `npm start` keep a fetched Redis. */
export const fetchedRedis = join(cacheDir, "redis-server");

function guard(name, server, logFile) {
  if (server.pid === null) return;
  rememberServer(server.pid);
  onStop(name, () => server.stop());
  void server.exited.then((words) => {
    forgetServer(server.pid);
    if (stopSignal.aborted) return;
    console.error(`\n${name} ended unexpectedly (${words}). Its log: ${logFile}`);
    void stopEverything(1);
  });
}
