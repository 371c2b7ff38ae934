import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const readyWithinMs = 30_000;
const stopWithinMs = 12_000;

/** A process under test: its output goes to a file, as a service manager would have it. */
export interface Child {
  readonly pid: number;
  /** Sends a message and waits for the answer to it. */
  ask(message: object): Promise<unknown>;
  stop(): Promise<void>;
}

export interface ChildOptions {
  readonly name: string;
  readonly file: string;
  readonly env: Readonly<Record<string, string>>;
  /** Speaks over IPC with `ask`. Default false. */
  readonly ipc?: boolean;
  /** Of Node, as the program is started in production. */
  readonly flags?: readonly string[];
}

const logs = join(tmpdir(), `deskpulse-bench-${process.pid}`);
const running = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => process.exit(1));

/** The folder of this run's logs and profiles; removed by main when all went well. */
export const logFolder = (): string => logs;

/** The flags with which scripts/start.mjs and the containers start the apps. */
export const appFlags: readonly string[] = JSON.parse(
  readFileSync(new URL("../scripts/app-flags.json", import.meta.url), "utf8"),
) as string[];

/** Only what a process needs: what stands in the caller's environment does not decide what is measured. */
const inherited = { PATH: process.env.PATH ?? "", TZ: "UTC" };
let profiles: string | undefined;

/** From now on each child writes a CPU profile into a folder of its name when it ends. It gets slower by that. */
export function profileInto(folder: string): void {
  profiles = folder;
}

/** Spawns a program. It is killed when the bench ends, however that comes. */
export function startChild({ name, file, env, ipc = false, flags = [] }: ChildOptions): Child {
  mkdirSync(logs, { recursive: true });
  const logFile = join(logs, `${name}.log`);
  const log = openSync(logFile, "a");
  const profiling = profiles === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${join(profiles, name)}`];
  const child = spawn(process.execPath, [...flags, ...profiling, file], {
    env: { ...inherited, ...env },
    stdio: ["ignore", log, log, ...(ipc ? (["ipc"] as const) : [])],
  });
  closeSync(log);
  running.add(child);
  const exited = new Promise<void>((resolve) => {
    child.once("exit", () => {
      running.delete(child);
      resolve();
    });
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${name} could not be started`);
  return {
    pid,
    ask: async (message) => {
      const answer = new Promise((resolve) => child.once("message", resolve));
      const gone = exited.then(() => {
        throw new Error(`${name} ended:\n${tailOf(logFile)}`);
      });
      child.send(message);
      return await Promise.race([answer, gone]);
    },
    async stop() {
      child.kill("SIGTERM");
      const limit = setTimeout(() => child.kill("SIGKILL"), stopWithinMs);
      await exited;
      clearTimeout(limit);
    },
  };
}

const tailOf = (file: string): string => readFileSync(file, "utf8").split("\n").slice(-15).join("\n");

/** Waits until /readyz answers 200; throws after 30 s or when the child has ended, with its last words. */
export async function untilReady(name: string, child: Pick<Child, "pid">, port: number, everyMs = 20): Promise<void> {
  const deadline = performance.now() + readyWithinMs;
  while (!(await isReady(port))) {
    if (performance.now() > deadline || ![...running].some(({ pid }) => pid === child.pid)) {
      throw new Error(`${name} did not get ready:\n${tailOf(join(logs, `${name}.log`))}`);
    }
    await sleep(everyMs);
  }
}

function isReady(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    get({ host: "127.0.0.1", port, path: "/readyz", agent: false }, (res) => {
      res.resume();
      resolve(res.statusCode === 200);
    }).on("error", () => resolve(false));
  });
}
