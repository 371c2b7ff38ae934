import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { processIdentity } from "./process-identity.ts";
import { stopProcess } from "./stop-process.ts";

/** Notes in `file` that `pid` was started by us, so that a later start can stop it after a crash, and only it. */
export function writeProcessRecord(file: string, pid: number): void {
  mkdirSync(dirname(file), { recursive: true });
  const next = `${file}.${process.pid}.new`;
  writeFileSync(next, JSON.stringify({ pid, identity: processIdentity(pid) }));
  renameSync(next, file);
}

/** Forgets the record; no error when there is none. */
export function removeProcessRecord(file: string): void {
  rmSync(file, { force: true });
}

/** The recorded pid, when that very process still runs; else null. */
export function recordedProcess(file: string): number | null {
  const record = readRecord(file);
  if (record === null) return null;
  return processIdentity(record.pid) === record.identity ? record.pid : null;
}

/** Stops what a crashed starter left behind, if it is still that process, and forgets the record. */
export async function stopRecordedProcess(
  file: string,
  options: { name: string; log: (line: string) => void; group?: boolean },
): Promise<void> {
  const pid = recordedProcess(file);
  if (pid !== null) {
    options.log(`stopping ${options.name} (pid ${pid}), left over from a start that was killed`);
    await stopProcess(pid, { signals: ["SIGTERM", "SIGKILL"], stepMs: 5_000, group: options.group ?? false });
  }
  removeProcessRecord(file);
}

function readRecord(file: string): { pid: number; identity: string } | null {
  try {
    const record: unknown = JSON.parse(readFileSync(file, "utf8"));
    if (typeof record !== "object" || record === null || !("pid" in record) || !("identity" in record)) return null;
    return typeof record.pid === "number" && typeof record.identity === "string"
      ? { pid: record.pid, identity: record.identity }
      : null;
  } catch {
    return null;
  }
}
