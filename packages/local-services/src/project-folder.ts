import { createHash } from "node:crypto";
import { accessSync, chmodSync, constants, lstatSync, mkdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The clone that this file belongs to (the same distance from src/ and from dist/). */
export const projectFolder = fileURLToPath(new URL("../../..", import.meta.url)).replace(/\/$/, "");

/**
 * A folder that every user can reach, for a clone that they cannot (below root's home): named after the clone, with
 * the clone's path in its file `origin`, by which `npm run clean` finds it again.
 */
export function folderOutsideTheClone(): string {
  const name = basename(projectFolder).replaceAll(/[^A-Za-z0-9._-]/g, "-");
  const folder = join(writableParent(), `deskpulse-${name}-${shortHash(projectFolder)}`);
  mkdirSync(folder, { recursive: true });
  // /var/tmp is open to everybody: do not trust a folder that somebody else put there.
  const found = lstatSync(folder);
  if (!found.isDirectory() || found.uid !== process.getuid?.()) throw new Error(`${folder} belongs to somebody else`);
  chmodSync(folder, 0o711);
  writeFileSync(join(folder, "origin"), `${projectFolder}\n`);
  return folder;
}

/** Eight characters that tell one path from another. */
export function shortHash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 8);
}

function writableParent(): string {
  try {
    accessSync("/var/lib", constants.W_OK | constants.X_OK);
    return "/var/lib";
  } catch {
    return "/var/tmp";
  }
}
