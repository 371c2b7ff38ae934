import "./node-version.mjs";
import { createHash } from "node:crypto";
import { accessSync, constants, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { mustRun } from "./children.mjs";
import { exclusively } from "./exclusive.mjs";
import { cacheDir, root } from "./paths.mjs";
import { step } from "./progress.mjs";

const stamp = join(root, "node_modules", ".deskpulse-install");

/** Installs what the lockfile says, unless that is what is installed. */
export async function ensureInstalled(signal) {
  if (isInstalled()) return;
  const pnpm = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).packageManager;
  const command = `npx --yes ${pnpm} install --frozen-lockfile`;
  await step(
    `install: ${command}`,
    () =>
      exclusively(
        "install",
        async () => {
          if (isInstalled()) return;
          const [file, ...args] = command.split(" ");
          await mustRun(file, [...args, "--reporter=append-only"], { signal, env: installEnvironment() });
          writeFileSync(stamp, lockfileHash());
        },
        signal,
      ),
    { repair: `Is the npm registry within reach? Then try: ${command}` },
  );
}

function isInstalled() {
  return existsSync(stamp) && readFileSync(stamp, "utf8") === lockfileHash();
}

function lockfileHash() {
  const hash = createHash("sha256");
  for (const file of ["pnpm-lock.yaml", "pnpm-workspace.yaml"]) hash.update(readFileSync(join(root, file)));
  return hash.digest("hex");
}

/** CI: pnpm asks no questions. With a home that cannot be written to, caches stand in the clone. */
function installEnvironment() {
  const env = { ...process.env, CI: "true" };
  if (isWritable(homedir())) return env;
  const caches = join(cacheDir, "install");
  mkdirSync(caches, { recursive: true });
  return {
    ...env,
    HOME: caches,
    npm_config_cache: join(caches, "npm"),
    npm_config_store_dir: join(caches, "pnpm-store"),
    XDG_CACHE_HOME: join(caches, "cache"),
    XDG_DATA_HOME: join(caches, "data"),
    XDG_STATE_HOME: join(caches, "state"),
    XDG_CONFIG_HOME: join(caches, "config"),
  };
}

function isWritable(folder) {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
