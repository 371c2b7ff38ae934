import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Native or loaded on demand: what scripts/build.mjs leaves out as well. */
const leaveOut: Plugin = {
  name: "leave-out",
  setup(bundler) {
    bundler.onResolve({ filter: /^(@node-rs\/argon2|@bull-board\/.*)$/ }, ({ path, importer }) => ({
      path: createRequire(importer).resolve(path),
      external: true,
    }));
  },
};

/** The drill's jobs in the place of the platform's: everything else of the apps is what runs in production. */
const drillJobs: Plugin = {
  name: "drill-jobs",
  setup(bundler) {
    bundler.onResolve({ filter: /^@deskpulse\/jobs\/catalog$/ }, ({ importer }) =>
      importer.includes("/drill/") ? undefined : { path: join(root, "drill/job-map.ts") },
    );
    bundler.onResolve({ filter: /^\.\/processors\.ts$/ }, ({ importer }) =>
      importer.includes("/apps/worker/") ? { path: join(root, "drill/processors.ts") } : undefined,
    );
  },
};

/** Compiles the API and the worker as the build does; answers the files to run. */
export async function bundleApps(folder: string): Promise<{ api: string; worker: string }> {
  await build({
    absWorkingDir: root,
    entryPoints: { api: "apps/api/src/main.ts", worker: "apps/worker/src/main.ts" },
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    target: "node20",
    format: "esm",
    sourcemap: "inline",
    conditions: ["development"],
    plugins: [leaveOut, drillJobs],
    logLevel: "warning",
    banner: {
      js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
    },
  });
  return { api: join(folder, "api.mjs"), worker: join(folder, "worker.mjs") };
}
