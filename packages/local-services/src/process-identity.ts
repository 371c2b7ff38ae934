import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/**
 * What tells this process from a later one that got the same pid: boot and start time.
 * Null when no such process runs (a zombie counts as gone).
 */
export function processIdentity(pid: number): string | null {
  if (!Number.isInteger(pid) || pid <= 0) return null;
  if (process.platform === "linux") return linuxIdentity(pid);
  const started = ask("lstart=", pid);
  return started === "" ? null : started;
}

/** The command line of a process, arguments separated by spaces; empty when it is gone or not ours to read. */
export function processCommandLine(pid: number): string {
  if (process.platform !== "linux") return ask("command=", pid);
  return readOrEmpty(`/proc/${pid}/cmdline`).replaceAll("\0", " ").trim();
}

function linuxIdentity(pid: number): string | null {
  const stat = readOrEmpty(`/proc/${pid}/stat`);
  // The name, field 2, may hold spaces and brackets: count the fields after its last bracket.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const state = fields[0];
  const startedAt = fields[19];
  if (startedAt === undefined || state === "Z" || state === "X") return null;
  return `${readOrEmpty("/proc/sys/kernel/random/boot_id").trim()}/${startedAt}`;
}

function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

function ask(column: string, pid: number): string {
  try {
    return execFileSync("ps", ["-o", column, "-p", String(pid)], { encoding: "utf8" }).trim();
  } catch {
    return "";
  }
}
