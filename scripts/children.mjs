import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { root } from "./paths.mjs";
import { detail } from "./progress.mjs";

/** @type {Map<number, import("node:child_process").ChildProcess>} */
const alive = new Map();

/** Spawns in a process group of its own: Ctrl-C reaches only us, and we end children in order. */
export function spawnChild(file, args, options = {}) {
  const child = spawn(file, args, { cwd: root, stdio: "inherit", ...options, detached: true });
  if (child.pid !== undefined) {
    const { pid } = child;
    alive.set(pid, child);
    child.once("exit", () => alive.delete(pid));
  }
  return child;
}

/** Sends a signal to a child and whatever it started. */
export function signalGroup(child, signal) {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, signal);
  } catch {
    // It is gone already.
  }
}

/** @type {Set<number>} */
const servers = new Set();

/** Names a server that is stopped by others, for the last resort. */
export function rememberServer(pid) {
  servers.add(pid);
}

/** It has ended: its pid may soon be somebody else's. */
export function forgetServer(pid) {
  servers.delete(pid);
}

/** The last resort: nothing that we started may outlive us. */
export function killRemaining() {
  for (const child of alive.values()) signalGroup(child, "SIGKILL");
  for (const pid of servers) signalGroup({ pid }, "SIGKILL");
}

/**
 * Runs a program to its end and gives its exit code (1 when killed). An abort ends it, by force after 2 s.
 * @param {{ env?: NodeJS.ProcessEnv, signal?: AbortSignal, cwd?: string, onLine?: (line: string) => void }} options
 *   onLine: takes its standard output line by line; its other output is shown as details of the step
 */
export async function run(file, args, options = {}) {
  const { signal, onLine, ...rest } = options;
  signal?.throwIfAborted();
  const child = spawnChild(file, args, {
    ...rest,
    stdio: onLine ? ["ignore", "pipe", "pipe"] : ["ignore", "inherit", "inherit"],
  });
  const end = () => {
    signalGroup(child, "SIGTERM");
    setTimeout(() => signalGroup(child, "SIGKILL"), 2_000).unref();
  };
  signal?.addEventListener("abort", end, { once: true });
  if (onLine) {
    createInterface({ input: child.stdout }).on("line", onLine);
    createInterface({ input: child.stderr }).on("line", detail);
  }
  try {
    const code = await new Promise((resolve, reject) => {
      child.once("error", (error) => reject(new Error(`cannot run ${file}: ${error.message}`)));
      child.once("close", (status) => resolve(status ?? 1));
    });
    signal?.throwIfAborted();
    return code;
  } finally {
    signal?.removeEventListener("abort", end);
  }
}

/** Like run, but anything but success is an error that names the command. */
export async function mustRun(file, args, options = {}) {
  const code = await run(file, args, options);
  if (code !== 0) throw new Error(`${[file, ...args].map(relative).join(" ")} failed with exit code ${code}.`);
}

function relative(word) {
  return word === process.execPath ? "node" : word.replace(`${root}/`, "");
}
