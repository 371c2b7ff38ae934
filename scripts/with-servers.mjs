import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { build } from "./build.mjs";
import { run } from "./children.mjs";
import { ensureInstalled } from "./install.mjs";
import { onStop, stopSignal } from "./lifecycle.mjs";
import { root } from "./paths.mjs";
import { fetchedRedis, startServers } from "./servers.mjs";

/** Private servers in a folder that is removed afterwards; those whose url is given are used as they are. */
export async function startPassingServers(options) {
  const folder = mkdtempSync(join(tmpdir(), "deskpulse-"));
  // As root PostgreSQL runs as another user, who has to pass through; the secrets in it are 0600.
  if (process.getuid?.() === 0) chmodSync(folder, 0o711);
  // Registered before the servers: it runs after they are stopped.
  const remove = [folder];
  onStop("the temporary folder", () => {
    for (const path of remove) rmSync(path, { recursive: true, force: true });
  });
  const servers = await startServers({ folder, programDir: fetchedRedis, ...options });
  if (servers.cluster !== undefined) remove.push(dirname(servers.cluster));
  return { ...servers, folder };
}

/** Runs a TypeScript program of this clone on private servers, with the arguments of the command line. */
export async function runOnPrivateServers(entry) {
  await ensureInstalled(stopSignal);
  await build(["local-services"]);
  const { databaseUrl, redisUrl } = await startPassingServers({
    databaseUrl: process.env.DATABASE_URL,
    redisUrl: process.env.REDIS_URL,
  });
  const tsx = join(root, "node_modules/tsx/dist/cli.mjs");
  return await run(process.execPath, [tsx, "--conditions=development", entry, ...process.argv.slice(2)], {
    env: { ...process.env, DATABASE_URL: databaseUrl, REDIS_URL: redisUrl },
    signal: stopSignal,
  });
}
