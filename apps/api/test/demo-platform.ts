import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { createTestDatabase } from "@deskpulse/testkit/database";
import { createRedisPrefix } from "@deskpulse/testkit/redis-prefix";
import { jwtSecret } from "./api-fixture.ts";
import { startAppProcess } from "./app-process.ts";

const root = join(import.meta.dirname, "../../..");
const plainEnvironment = { PATH: process.env.PATH, TZ: "UTC" };

interface Demo {
  readonly tokens: Readonly<Record<string, string>>;
  readonly users: Readonly<Record<string, { readonly email: string; readonly password: string }>>;
}

/**
 * What `npm start` gives, without its private servers: demo data, the three apps as processes, and a folder that stands
 * for the clone, with demo.json where the README looks for it. Below the clone, so that its packages are found.
 */
export async function startDemoPlatform() {
  const database = await createTestDatabase();
  const redis = createRedisPrefix();
  const variables = {
    DATABASE_URL: database.url,
    REDIS_URL: redis.url,
    REDIS_PREFIX: redis.prefix,
    JWT_SECRET: jwtSecret,
  };
  const [demo, api, worker, realtime] = await Promise.all([
    loadDemo(variables),
    ...(["api", "worker", "realtime"] as const).map((app) => startAppProcess(app, variables)),
  ]);
  if (api === undefined || worker === undefined || realtime === undefined) throw new Error("not all apps started");
  const urls = { apiUrl: api.url, realtimeUrl: realtime.url };
  await mkdir(join(root, ".cache"), { recursive: true });
  const folder = await mkdtemp(join(root, ".cache/tour-"));
  await mkdir(join(folder, ".data"));
  await writeFile(join(folder, ".data/demo.json"), JSON.stringify({ ...demo, ...urls }));
  return {
    ...urls,
    ...demo,
    folder,
    /** The standard output of a program that ends well within 20 s, with that folder as its own. */
    async run(program: string, args: readonly string[]): Promise<string> {
      const options = { cwd: folder, env: plainEnvironment, timeout: 20_000 };
      return (await promisify(execFile)(program, args, options)).stdout;
    },
    async stop() {
      await Promise.all([api.stop(), worker.stop(), realtime.stop()]);
      await rm(folder, { recursive: true });
      await redis.clear();
      await database.drop();
    },
  };
}

/** Its last line says who is who, as scripts/platform.mjs reads it. */
async function loadDemo(variables: Readonly<Record<string, string>>): Promise<Demo> {
  const args = ["--conditions=development", "--import", "tsx", "packages/importers/src/demo-main.ts"];
  const env = { ...plainEnvironment, ...variables };
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root, env, timeout: 60_000 });
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as Demo;
}
