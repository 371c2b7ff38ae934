import { readFileSync, realpathSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { killRemaining } from "./children.mjs";
import { say } from "./progress.mjs";

/** 15 s are promised; the rest is for the system to take note. */
const stopDeadlineMs = 14_000;

const abort = new AbortController();
/** Aborted as soon as everything has to stop. */
export const stopSignal = abort.signal;

/** @type {{ name: string, stop: () => unknown }[]} */
const started = [];
/** @type {Promise<unknown>} */
let main = Promise.resolve();
/** @type {Promise<never> | null} */
let stopping = null;

/** Registers how to end something; what started last ends first. */
export function onStop(name, stop) {
  started.push({ name, stop });
}

/** Ends everything that was started, in reverse order, and the process. Only the first call counts. */
export function stopEverything(code, reason) {
  stopping ??= (async () => {
    if (reason) say(reason);
    abort.abort();
    const late = setTimeout(() => {
      killRemaining();
      process.exit(code || 1);
    }, stopDeadlineMs);
    // Let the step that is interrupted unwind first: it ends what it has begun and not yet registered.
    await Promise.race([main.catch(() => {}), sleep(4_000)]);
    while (started.length > 0) {
      const { name, stop } = started.pop();
      try {
        await stop();
      } catch (error) {
        console.error(`stopping ${name}: ${error.message}`);
        code ||= 1;
      }
    }
    clearTimeout(late);
    killRemaining();
    process.exit(code);
  })();
  return stopping;
}

/**
 * Runs a command's main function under the rule that nothing it starts outlives it: not on success, failure, a signal
 * (sent once or twice, as npm does), nor when npm itself is killed.
 * @param {() => Promise<number | "stay">} command the exit code, or "stay" to run until stopped
 */
export function runCommandLine(command) {
  let ready = false;
  const interrupted = (name) => stopEverything(ready ? 0 : 130, `${name}: stopping`);
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    if (name === "SIGHUP" && isIgnored(1)) continue;
    process.on(name, () => interrupted(name));
  }
  process.on("uncaughtException", (error) => fail(error));
  process.on("unhandledRejection", (error) => fail(error));
  stopWithNpm(() => interrupted("npm is gone"));
  const running = command();
  main = running;
  running.then(
    (outcome) => {
      if (outcome === "stay") ready = true;
      else if (!stopSignal.aborted) void stopEverything(outcome);
    },
    (error) => {
      if (!stopSignal.aborted) void fail(error);
    },
  );
}

function fail(error) {
  if (!stopSignal.aborted)
    console.error(`\n${error instanceof Error ? (process.env.DEBUG ? error.stack : error.message) : error}`);
  return stopEverything(1);
}

/** `npm start` killed with SIGKILL tells nobody. Without npm (`node scripts/start.mjs &`) a parent may leave. */
function stopWithNpm(stop) {
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) stop();
  }, 1_000).unref();
}

/** Under nohup SIGHUP is ignored and has to stay so; a handler of ours would end that. */
function isIgnored(signalNumber) {
  try {
    const mask = /^SigIgn:\s*([0-9a-f]+)$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1] ?? "0";
    return ((BigInt(`0x${mask}`) >> BigInt(signalNumber - 1)) & 1n) === 1n;
  } catch {
    return false;
  }
}

/** Whether this module was named on the command line, and not only imported. */
export function isCommand(moduleUrl) {
  return process.argv[1] !== undefined && realpathSync(process.argv[1]) === realpathSync(fileURLToPath(moduleUrl));
}
