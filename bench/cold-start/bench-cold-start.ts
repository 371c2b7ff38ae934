import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "@deskpulse/local-services/free-port";
import { bundle } from "../bundle.ts";
import { appFlags, startChild, untilReady } from "../child.ts";
import type { Ground } from "../ground.ts";
import { type Result, resultOf } from "../result.ts";
import { alternate, type Figures } from "../rounds.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const apps = { api: "API_PORT", worker: "WORKER_PORT", realtime: "REALTIME_PORT" };
const lookEveryMs = 4;

/** Spawn to the first 200 of /readyz of each app as it ships, against a compiled process with the usual packages. */
export async function benchColdStart(ground: Ground): Promise<readonly Result[]> {
  await buildApps();
  const peer = await bundle({ entry: "bench/cold-start/peer-main.ts", name: "peer-all", bundlePackages: false });
  const results: Result[] = [];
  for (const [app, portVariable] of Object.entries(apps)) {
    console.log(`  ${app}`);
    const file = join(root, "apps", app, "dist/main.js");
    const rounds = await alternate(ground.settings.coldStartRounds, {
      ours: () => start(app, file, portVariable, ground),
      peer: () => start("peer-all", peer, "PORT", ground),
    });
    const bench = `cold-start, ${app}`;
    results.push(resultOf(rounds, "ms", { bench, what: "ms to /readyz", goal: { is: "at most", ratio: 1 } }));
    results.push(resultOf(rounds, "process CPU ms", { bench }));
  }
  return results;
}

async function start(name: string, file: string, portVariable: string, { env, cpuClock }: Ground): Promise<Figures> {
  const port = await freePort();
  const startedAt = performance.now();
  const child = startChild({ name, file, env: { ...env, [portVariable]: String(port) }, flags: appFlags });
  const cpu = cpuClock({ [name]: child.pid });
  await untilReady(name, child, port, lookEveryMs);
  const ms = performance.now() - startedAt;
  const used = cpu()[name] ?? 0;
  await child.stop();
  return { ms, "process CPU ms": used / 1000 };
}

/** What ships is built by the project's own build, which does nothing when it is up to date. */
async function buildApps(): Promise<void> {
  const build = spawn(process.execPath, [join(root, "scripts/build.mjs")], { stdio: ["ignore", "ignore", "inherit"] });
  const [code] = (await once(build, "exit")) as [number | null];
  if (code !== 0) throw new Error("the apps could not be built");
}
