import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { cacheDir } from "./paths.mjs";
import { detail } from "./progress.mjs";

/**
 * Runs `work` while no other command of this clone runs work of that name: `npm start` and `npm test` may be given at
 * the same time on a fresh clone. A lock whose process is gone is taken over.
 */
export async function exclusively(name, work, signal) {
  mkdirSync(cacheDir, { recursive: true });
  const lock = join(cacheDir, `${name}.lock`);
  const mine = join(cacheDir, `${name}.${process.pid}.new`);
  writeFileSync(mine, String(process.pid));
  try {
    for (let told = false; !linked(mine, lock); told = true) {
      const holder = read(lock);
      if (holder !== null && !isAlive(holder)) rmSync(lock, { force: true });
      else {
        if (!told && holder !== null) detail(`waiting: another command (pid ${holder}) is doing this (${name})`);
        await sleep(200, undefined, { signal });
      }
    }
  } finally {
    rmSync(mine, { force: true });
  }
  try {
    return await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

function linked(from, to) {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  }
}

function read(lock) {
  try {
    return Number(readFileSync(lock, "utf8"));
  } catch {
    return null;
  }
}

/** Whether a process of that pid runs. */
export function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}
