import { startApps, stopLeftoverApps, urlHost } from "./apps.mjs";
import { build } from "./build.mjs";
import { mustRun } from "./children.mjs";
import { jwtSecret, prepareDataDir, removeDemoFile, secretsKey, writeDemoFile } from "./data-dir.mjs";
import { ensureInstalled } from "./install.mjs";
import { onStop, stopSignal } from "./lifecycle.mjs";
import { dataDir } from "./paths.mjs";
import { choosePorts } from "./ports.mjs";
import { say, step } from "./progress.mjs";
import { localService, startServers } from "./servers.mjs";

/**
 * Everything `npm start` and `npm run dev` have in common: from an empty clone to three ready apps with demo data.
 * @param {{ commands: Record<"api" | "worker" | "realtime", string[]>, echo?: boolean }} options how to run each app
 */
export async function startPlatform({ commands, echo }) {
  await ensureInstalled(stopSignal);
  await build();
  prepareDataDir();
  const { takeStarterLock } = await localService("starter-lock.js");
  const giveBackLock = takeStarterLock(dataDir);
  onStop("the lock", giveBackLock);
  removeDemoFile();
  await stopLeftoverApps(Object.keys(commands));

  const host = process.env.HOST || "127.0.0.1";
  const ports = await choosePorts(host);
  const servers = await startServers({
    folder: dataDir,
    databaseUrl: process.env.DATABASE_URL,
    redisUrl: process.env.REDIS_URL,
  });
  const env = {
    ...process.env,
    DATABASE_URL: servers.databaseUrl,
    REDIS_URL: servers.redisUrl,
    HOST: host,
    API_PORT: String(ports.api),
    REALTIME_PORT: String(ports.realtime),
    WORKER_PORT: String(ports.worker),
    JWT_SECRET: jwtSecret(),
    SECRETS_KEY: secretsKey(),
    LOG_LEVEL: process.env.LOG_LEVEL || "info",
  };

  await step(
    "migrate",
    () => mustRun(process.execPath, ["packages/db/dist/migrate-main.js"], { env, signal: stopSignal }),
    { repair: repairDatabase() },
  );
  const demo = await loadDemo(env);
  const apps = Object.fromEntries(
    Object.entries(commands).map(([name, command]) => [name, { command, port: ports[name] }]),
  );
  say("start api, worker and realtime");
  const pids = await startApps(apps, { env, host, echo });
  const url = (port) => `http://${urlHost(host)}:${port}`;
  return {
    env,
    demo: {
      apiUrl: url(ports.api),
      realtimeUrl: url(ports.realtime),
      boardUrl: `${url(ports.api)}/admin/queues`,
      databaseUrl: servers.databaseUrl,
      redisUrl: servers.redisUrl,
      pids: { ...pids, ...servers.pids },
      tenants: demo.tenants,
      tokens: demo.tokens,
      users: demo.users,
    },
  };
}

function repairDatabase() {
  return process.env.DATABASE_URL
    ? "DATABASE_URL names this database: is it up, and may its login create what the message names?"
    : "To begin anew with an empty database: npm run clean, then npm start.";
}

/** Loads the demo data, or finds it loaded; its last line on standard output says who is who. */
async function loadDemo(env) {
  let last = "";
  await step("demo data", () =>
    mustRun(process.execPath, ["packages/importers/dist/demo-main.js"], {
      env,
      signal: stopSignal,
      onLine: (line) => {
        if (line.trim() !== "") last = line;
      },
    }),
  );
  try {
    return JSON.parse(last);
  } catch {
    throw new Error(`the demo loader's last line is not JSON: ${last.slice(0, 200)}`);
  }
}

/** Writes demo.json and tells a person where things are. */
export function announce(demo) {
  writeDemoFile(demo);
  const lines = [
    `API            ${demo.apiUrl}`,
    `Realtime       ${demo.realtimeUrl} (Socket.IO)`,
    `Bull Board     ${demo.boardUrl}`,
    `Tokens and all ${dataDir}/demo.json`,
    "",
    "Sign in with one of the tokens, each good for a day:",
    `  TOKEN=$(node -p "require('${dataDir}/demo.json').tokens.supervisor")`,
    `  curl -H "Authorization: Bearer $TOKEN" "${demo.apiUrl}/api/analytics/response-time?from=2016-02-29&to=2016-03-07"`,
    ...people(demo.users),
  ];
  process.stdout.write(`\n${lines.join("\n")}\n\nDeskpulse is ready (Ctrl-C stops it).\n`);
}

/** People who can sign in with a password, as the demo loader describes them. */
function people(users) {
  const withPassword = Object.entries(users ?? {}).filter(([, user]) => user?.email && user?.password);
  if (withPassword.length === 0) return [];
  return [
    "Or with an e-mail address and a password:",
    ...withPassword.map(([role, user]) => `  ${role.padEnd(17)} ${user.email}  ${user.password}`),
  ];
}
