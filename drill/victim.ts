import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { get } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

export interface VictimOptions {
  readonly name: string;
  readonly file: string;
  readonly port: number;
  readonly env: Readonly<Record<string, string>>;
  readonly logFile: string;
}

const readyWithinMs = 20_000;

/** A process of ours that is killed, frozen and started again. */
export class Victim {
  readonly name: string;
  readonly port: number;
  readonly #options: VictimOptions;
  #child: ChildProcess | undefined;
  #exited: Promise<void> = Promise.resolve();
  #ready: Promise<void> = Promise.resolve();
  #expected = false;
  #faults: Promise<void> = Promise.resolve();
  isFrozen = false;

  constructor(options: VictimOptions) {
    this.#options = options;
    this.name = options.name;
    this.port = options.port;
  }

  /** 0 while it is down. */
  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  /** Spawns it; `onDeath` hears of an end that the drill did not cause. */
  start(onDeath: (name: string) => void): void {
    const { file, env, logFile, name, port } = this.#options;
    const log = openSync(logFile, "a", 0o600);
    const child = spawn(process.execPath, ["--enable-source-maps", file], {
      env: { PATH: process.env.PATH ?? "", TZ: "UTC", ...env },
      stdio: ["ignore", log, log],
    });
    closeSync(log);
    this.#expected = false;
    this.#child = child;
    this.#exited = new Promise((resolve) => {
      child.once("exit", () => {
        if (this.#child === child) this.#child = undefined;
        if (!this.#expected) onDeath(name);
        resolve();
      });
    });
    this.#ready = untilReady(port, () => this.#child === child);
    this.#ready.catch(() => undefined);
  }

  /** Resolves when it answers that it is ready. Rejects when it never does. */
  ready(): Promise<void> {
    return this.#ready;
  }

  /** One fault at a time; the next waits until this one is over. */
  exclusively<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#faults.then(work);
    this.#faults = turn.then(
      () => undefined,
      () => undefined,
    );
    return turn;
  }

  /** SIGKILL; resolves with its pid once it is gone. */
  async kill(): Promise<number> {
    const { pid } = this;
    this.#expected = true;
    this.#child?.kill("SIGKILL");
    await this.#exited;
    return pid;
  }

  freeze(): void {
    this.isFrozen = true;
    this.#child?.kill("SIGSTOP");
  }

  thaw(): void {
    this.isFrozen = false;
    this.#child?.kill("SIGCONT");
  }
}

async function untilReady(port: number, isAlive: () => boolean): Promise<void> {
  const deadline = Date.now() + readyWithinMs;
  while (!(await answersReady(port))) {
    if (!isAlive() || Date.now() > deadline) throw new Error(`nothing got ready on port ${port}`);
    await sleep(30);
  }
}

function answersReady(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get({ host: "127.0.0.1", port, path: "/readyz", agent: false, timeout: 2_000 }, (res) => {
      res.resume();
      resolve(res.statusCode === 200);
    });
    request.on("timeout", () => request.destroy());
    request.on("error", () => resolve(false));
  });
}
