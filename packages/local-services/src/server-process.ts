import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { lastLines } from "./run-command.ts";

/** A running private server: where it is, and how to end it. */
export interface LocalServer {
  url: string;
  pid: number;
  port: number;
  /** Settles when the process ends, for whatever reason, with the words for it. */
  exited: Promise<string>;
  /** Ends it cleanly, or by force when that takes too long. Calling it twice is fine. */
  stop(): Promise<void>;
}

/** A spawned server before anything is known about its readiness. */
export interface ServerProcess {
  pid: number;
  exited: Promise<string>;
  hasExited(): boolean;
  logTail(): string;
}

/** Spawns a server in a process group of its own, its output in `logFile`, which begins anew so that it stays bounded. */
export async function spawnServer(
  file: string,
  args: string[],
  options: { logFile: string; env: NodeJS.ProcessEnv; uid?: number; gid?: number },
): Promise<ServerProcess> {
  const { logFile, ...spawnOptions } = options;
  mkdirSync(dirname(logFile), { recursive: true });
  const output = openSync(logFile, "w", 0o600);
  let child: ChildProcess;
  try {
    child = spawn(file, args, { ...spawnOptions, cwd: "/", detached: true, stdio: ["ignore", output, output] });
  } finally {
    closeSync(output);
  }
  let over = false;
  const exited = new Promise<string>((resolve) => {
    const end = (words: string) => {
      over = true;
      resolve(words);
    };
    child.once("error", (error) => end(error.message));
    child.once("exit", (code, signal) => end(signal === null ? `exit code ${code}` : `signal ${signal}`));
  });
  if (child.pid === undefined) throw new Error(`cannot run ${file}: ${await exited}`);
  return { pid: child.pid, exited, hasExited: () => over, logTail: () => lastLines(readFileSync(logFile, "utf8"), 15) };
}

/** Polls `isReady` until it says so; throws with the server's last words when it ends or stays silent. */
export async function untilReady(
  name: string,
  server: ServerProcess,
  options: { isReady: () => Promise<boolean>; timeoutMs: number; signal?: AbortSignal | undefined },
): Promise<void> {
  const deadline = Date.now() + options.timeoutMs;
  while (!(await options.isReady())) {
    options.signal?.throwIfAborted();
    if (server.hasExited()) throw new Error(`${name} ended (${await server.exited}):\n${server.logTail()}`);
    if (Date.now() > deadline) {
      throw new Error(`${name} was not ready within ${options.timeoutMs / 1000} s:\n${server.logTail()}`);
    }
    await sleep(25);
  }
}
