import "./node-version.mjs";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { isAlive } from "./exclusive.mjs";
import { cacheDir, dataDir, root } from "./paths.mjs";

// Removes what commands made: builds, caches, the private servers' data. Not what was installed.
const lock = join(dataDir, "run", "starter.json");
if (existsSync(lock) && isAlive(JSON.parse(readFileSync(lock, "utf8")).pid)) {
  console.error(`${dataDir} is in use by a running start. Stop it first.`);
  process.exit(1);
}
for (const folder of [dataDir, cacheDir, ...builds(), ...outside()]) {
  if (!existsSync(folder)) continue;
  rmSync(folder, { recursive: true, force: true });
  console.log(`removed ${folder}`);
}

function builds() {
  return ["apps", "packages"].flatMap((kind) =>
    readdirSync(join(root, kind)).map((name) => join(root, kind, name, "dist")),
  );
}

/** Folders of a clone that other users cannot reach; each says in `origin` whose it is. */
function outside() {
  return ["/var/lib", "/var/tmp"].flatMap((parent) => {
    if (!existsSync(parent)) return [];
    return readdirSync(parent)
      .filter((name) => name.startsWith("deskpulse-"))
      .map((name) => join(parent, name))
      .filter((folder) => originOf(folder) === root);
  });
}

function originOf(folder) {
  try {
    return readFileSync(join(folder, "origin"), "utf8").trim();
  } catch {
    return null;
  }
}
