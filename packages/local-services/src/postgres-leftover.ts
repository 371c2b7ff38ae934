import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { processCommandLine } from "./process-identity.ts";
import { stopProcess } from "./stop-process.ts";

/**
 * Makes room after a crash: stops a server that still runs on these files, and removes a lock file whose server is
 * gone (its pid may belong to a stranger by now, and PostgreSQL would refuse to start).
 */
export async function clearPostgresLeftover(cluster: string, log: (line: string) => void): Promise<void> {
  const lock = join(cluster, "postmaster.pid");
  if (!existsSync(lock)) return;
  const pid = Number(readFileSync(lock, "utf8").split("\n")[0]);
  if (isServerOf(pid, cluster)) {
    log(`stopping PostgreSQL (pid ${pid}), left over from a start that was killed`);
    await stopProcess(pid, { signals: ["SIGINT", "SIGQUIT", "SIGKILL"], stepMs: 5_000 });
  }
  rmSync(lock, { force: true });
}

function isServerOf(pid: number, cluster: string): boolean {
  if (!Number.isInteger(pid) || pid <= 1) return false;
  const command = processCommandLine(pid);
  return command.includes("postgres") && command.includes(`-D ${cluster}`);
}
