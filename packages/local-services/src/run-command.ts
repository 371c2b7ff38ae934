import { spawn } from "node:child_process";
import { hasCode } from "./error-code.ts";

export interface CommandOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  uid?: number;
  gid?: number;
  input?: string;
  signal?: AbortSignal;
}

/** Runs a program to its end and returns what it wrote; throws with its last lines when it fails. Null exit: it never ran. */
export async function runCommand(file: string, args: string[], options: CommandOptions = {}): Promise<string> {
  const outcome = await tryCommand(file, args, options);
  options.signal?.throwIfAborted();
  if (outcome.code !== 0) {
    throw new Error(`${file} failed (${outcome.code ?? "killed"}):\n${lastLines(outcome.output, 15)}`);
  }
  return outcome.output;
}

/** Like runCommand, but a failure is an answer: `code` is null when it was killed or could not be run. */
export function tryCommand(
  file: string,
  args: string[],
  options: CommandOptions = {},
): Promise<{ code: number | null; output: string }> {
  const { input, signal, ...spawnOptions } = options;
  return new Promise((resolve) => {
    // A group of its own: Ctrl-C reaches the starter only, which then ends things in order.
    const child = spawn(file, args, { ...spawnOptions, detached: true });
    // By force and with everything it spawned: what it was making is thrown away, and nobody may write to it still.
    const end = () => killGroup(child.pid);
    if (signal?.aborted) end();
    signal?.addEventListener("abort", end, { once: true });
    let output = "";
    const collect = (chunk: Buffer) => {
      output += chunk.toString();
    };
    const settle = (code: number | null) => {
      signal?.removeEventListener("abort", end);
      resolve({ code, output });
    };
    child.stdout.on("data", collect);
    child.stderr.on("data", collect);
    child.stdin.on("error", () => {});
    child.stdin.end(input ?? "");
    child.on("error", (error) => {
      output += error.message;
      settle(null);
    });
    child.on("close", settle);
  });
}

function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch (error) {
    if (!hasCode(error, "ESRCH")) throw error;
  }
}

/** The last lines of a text, for error messages. */
export function lastLines(text: string, count: number): string {
  return text.trimEnd().split("\n").slice(-count).join("\n");
}
