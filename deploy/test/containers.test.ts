import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { z } from "zod";
import { readApiConfig } from "../../apps/api/src/config.ts";
import { readRealtimeConfig } from "../../apps/realtime/src/config.ts";
import { readWorkerConfig } from "../../apps/worker/src/config.ts";

/** What can be known of the containers without an engine: that their files agree with the programs and each other. */
const root = fileURLToPath(new URL("../..", import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), "utf8");

const service = z.looseObject({
  image: z.string().optional(),
  build: z.object({ target: z.string() }).optional(),
  command: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string()).optional(),
  ports: z.array(z.string()).optional(),
  volumes: z.array(z.string()).optional(),
  read_only: z.boolean().optional(),
  cap_drop: z.array(z.string()).optional(),
});
const { services } = z
  .object({ services: z.record(z.string(), service) })
  .parse(parse(read("docker-compose.yml"), { merge: true }));
const dockerfile = read("Dockerfile");
const secrets: Record<string, string> = {
  DATABASE_PASSWORD: "a".repeat(64),
  POSTGRES_PASSWORD: "b".repeat(64),
  REDIS_PASSWORD: "c".repeat(64),
  JWT_SECRET: "d".repeat(64),
  SECRETS_KEY: "e".repeat(64),
};
/** As compose fills in `${NAME:?message}` and `${NAME:-default}`. */
const filledIn = (text: string): string =>
  text.replaceAll(/\$\{(\w+)(?::([-?])([^}]*))?\}/g, (_all, name: string, kind?: string, rest = "") => {
    const value = secrets[name] ?? (kind === "-" ? rest : undefined);
    if (value === undefined) throw new Error(`${name} is not set`);
    return value;
  });
const environmentOf = (name: string): Record<string, string> =>
  Object.fromEntries(
    Object.entries(services[name]?.environment ?? {}).map(([variable, value]) => [variable, filledIn(value)]),
  );

describe("docker-compose.yml", () => {
  const readers = { api: readApiConfig, worker: readWorkerConfig, realtime: readRealtimeConfig };

  test.each(Object.entries(readers))("%s is told only what it reads, and all that it needs", (name, readConfig) => {
    const environment = environmentOf(name);
    const config: Record<string, unknown> = readConfig(environment);
    for (const variable of Object.keys(environment)) expect(config).toHaveProperty(variable);
  });

  test("only the proxy is reached from outside, and no page of figures but on this machine", () => {
    const published = Object.entries(services).flatMap(([name, { ports = [] }]) => ports.map((port) => [name, port]));
    expect(published.map(([name]) => name)).toEqual(["proxy", "grafana"]);
    for (const [, port] of published) expect(port).toMatch(/^127\.0\.0\.1:/);
  });

  test("the apps write nowhere and may do nothing special", () => {
    for (const name of ["migrate", "api", "worker", "realtime"]) {
      expect(services[name]).toMatchObject({ read_only: true, cap_drop: ["ALL"] });
    }
  });

  test("Redis keeps every key and writes it down", () => {
    const command = (services.redis?.command ?? []).join(" ");
    expect(command).toContain("--appendonly yes");
    expect(command).toContain("--maxmemory-policy noeviction");
    expect(command).toContain("--requirepass");
  });

  test("what is mounted and built exists", () => {
    const mounted = Object.values(services).flatMap(({ volumes = [] }) =>
      volumes.map((one) => one.split(":")[0] ?? ""),
    );
    const files = mounted.filter((path) => path.startsWith("./"));
    expect(files.length).toBeGreaterThan(3);
    for (const path of files) expect({ path, exists: existsSync(join(root, path)) }).toEqual({ path, exists: true });
    for (const { build } of Object.values(services)) {
      if (build !== undefined) expect(dockerfile).toMatch(new RegExp(`^FROM .* AS ${build.target}$`, "m"));
    }
  });

  test("every secret that is asked for stands in the example, empty", () => {
    const example = read(".env.example");
    for (const name of Object.keys(secrets)) expect(example).toMatch(new RegExp(`^${name}=$`, "m"));
  });
});

describe("Dockerfile", () => {
  test("starts the apps with the flags of `npm start`, as an ordinary user", () => {
    const flags = z.array(z.string()).parse(JSON.parse(read("scripts/app-flags.json")));
    const started = [...dockerfile.matchAll(/^CMD (\[.*"dist\/main\.js"\])$/gm)].map(([, command]) => command);
    expect(started).toHaveLength(3);
    for (const command of started) expect(JSON.parse(command ?? "")).toEqual(["node", ...flags, "dist/main.js"]);
    expect(dockerfile.match(/^USER (.*)$/gm)).toEqual(["USER node"]);
  });

  test("each app says whether it is ready", () => {
    const checks = [...dockerfile.matchAll(/127\.0\.0\.1:(\d+)\/readyz/g)].map(([, port]) => port);
    expect(checks).toEqual(["3000", "3002", "3001"]);
  });

  test("the pinned package manager is the project's", () => {
    const { packageManager } = z.object({ packageManager: z.string() }).parse(JSON.parse(read("package.json")));
    expect(dockerfile).toContain(`npx --yes ${packageManager} `);
  });
});
