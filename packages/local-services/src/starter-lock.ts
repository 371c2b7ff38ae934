import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hasCode } from "./error-code.ts";
import { processIdentity } from "./process-identity.ts";

/**
 * Makes this process the one starter of a data directory. Throws, naming the other one, while that one runs;
 * a lock left by a crash is taken over.
 * @returns a function that gives the lock back
 */
export function takeStarterLock(dataDir: string): () => void {
  const folder = join(dataDir, "run");
  mkdirSync(folder, { recursive: true });
  const lock = join(folder, "starter.json");
  const mine = join(folder, `starter.${process.pid}.new`);
  writeFileSync(mine, JSON.stringify({ pid: process.pid, identity: processIdentity(process.pid) }));
  try {
    // link() is atomic and fails when the name exists: no two starters can both win.
    for (let attempt = 0; attempt < 3; attempt++) {
      if (linked(mine, lock)) return () => rmSync(lock, { force: true });
      const holder = liveHolder(lock);
      if (holder !== null) {
        throw new Error(
          `${dataDir} is in use by another start (pid ${holder}). Stop that one first, or give this one its own DATA_DIR.`,
        );
      }
      rmSync(lock, { force: true });
    }
    throw new Error(`cannot take ${lock}: several starts are racing for it, try again`);
  } finally {
    rmSync(mine, { force: true });
  }
}

function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (hasCode(error, "EEXIST")) return false;
    throw error;
  }
}

function liveHolder(lock: string): number | null {
  try {
    const { pid, identity } = JSON.parse(readFileSync(lock, "utf8")) as { pid: number; identity: string };
    return processIdentity(pid) === identity ? pid : null;
  } catch {
    return null;
  }
}
