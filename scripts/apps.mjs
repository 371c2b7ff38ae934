import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { keepLog } from "./app-log.mjs";
import { signalGroup, spawnChild } from "./children.mjs";
import { onStop, stopEverything, stopSignal } from "./lifecycle.mjs";
import { dataDir } from "./paths.mjs";
import { say } from "./progress.mjs";
import { localService } from "./servers.mjs";

/** A worker gets this long to finish what it has in hand; 15 s are promised for everything together. */
const graceMs = 6_500;

/** The first query of a cold start may have to wait for a busy machine. */
const readyTimeoutMs = 90_000;

/**
 * Stops apps that a killed start left behind, then starts the three and waits until each says that it is ready.
 * An app that dies later takes the whole command down, with its last words.
 * @param {Record<string, { command: string[], port: number }>} apps
 */
export async function startApps(apps, { env, host, echo = false }) {
  const { writeProcessRecord, removeProcessRecord } = await localService("process-record.js");
  const running = Object.entries(apps).map(([name, { command, port }]) => {
    const [file, ...args] = command;
    const child = spawnChild(file, args, {
      env: { NODE_ENV: "production", ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const record = recordOf(name);
    if (child.pid !== undefined) writeProcessRecord(record, child.pid);
    const logFile = join(dataDir, "logs", `${name}.log`);
    const log = keepLog(
      child,
      logFile,
      echo ? (line) => process.stdout.write(`${name.padEnd(8)} ${line}\n`) : undefined,
    );
    const exited = new Promise((resolve) => {
      child.once("error", (error) => resolve(error.message));
      child.once("close", (code, signal) => resolve(signal === null ? `exit code ${code}` : `signal ${signal}`));
    });
    const app = { name, child, port, over: false, logFile };
    void exited.then((words) => {
      app.over = true;
      removeProcessRecord(record);
      if (stopSignal.aborted) return;
      console.error(`\n${name} ended unexpectedly (${words}). Its last lines (all in ${logFile}):\n${log.tail()}\n`);
      void stopEverything(1);
    });
    return { ...app, exited, isOver: () => app.over };
  });
  onStop("the apps", () => Promise.all(running.map(stopApp)));
  await Promise.all(running.map((app) => untilReady(app, host)));
  return Object.fromEntries(running.map(({ name, child }) => [name, child.pid]));
}

/** Ends apps of this data directory whose start was killed: they would hold ports and take work from the queues. */
export async function stopLeftoverApps(names) {
  const { stopRecordedProcess } = await localService("process-record.js");
  await Promise.all(names.map((name) => stopRecordedProcess(recordOf(name), { name, log: say, group: true })));
}

async function stopApp({ child, exited, isOver }) {
  if (isOver()) return;
  signalGroup(child, "SIGTERM");
  await Promise.race([exited, sleep(graceMs)]);
  signalGroup(child, "SIGKILL");
  await Promise.race([exited, sleep(1_000)]);
}

async function untilReady({ name, port, isOver, logFile }, host) {
  const url = `http://${urlHost(host)}:${port}/readyz`;
  const deadline = Date.now() + readyTimeoutMs;
  let last = "no answer";
  while (Date.now() < deadline) {
    stopSignal.throwIfAborted();
    // Its end is told by the one who watches it.
    if (isOver()) return await new Promise(() => {});
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(3_000) });
      if (response.status === 200) return say(`${name} is ready (port ${port})`);
      last = `${response.status} ${(await response.text()).slice(0, 500)}`;
    } catch (error) {
      last = error.cause?.message ?? error.message;
    }
    await sleep(50);
  }
  throw new Error(`${name} was not ready within ${readyTimeoutMs / 1000} s. ${url} says: ${last}\nIts log: ${logFile}`);
}

/** How a browser on this machine reaches a server that listens on `host`. */
export function urlHost(host) {
  if (host === "0.0.0.0") return "127.0.0.1";
  if (host === "::") return "[::1]";
  return host.includes(":") ? `[${host}]` : host;
}

function recordOf(name) {
  return join(dataDir, "run", `${name}.json`);
}
