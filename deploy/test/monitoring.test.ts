import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { z } from "zod";
import { readApiConfig } from "../../apps/api/src/config.ts";
import { startApi } from "../../apps/api/src/start-api.ts";
import { readRealtimeConfig } from "../../apps/realtime/src/config.ts";
import { startRealtime } from "../../apps/realtime/src/start-realtime.ts";
import { readWorkerConfig } from "../../apps/worker/src/config.ts";
import { runWorker } from "../../apps/worker/src/run-worker.ts";
import { jobs } from "../../packages/jobs/src/catalog.ts";
import { createLogger } from "../../packages/process/src/logger.ts";
import { createTestDatabase } from "../../packages/testkit/src/database.ts";
import { createRedisPrefix } from "../../packages/testkit/src/redis-prefix.ts";

/** Alerts and dashboard ask for figures by name: here the running processes say which there are. */
const folder = fileURLToPath(new URL("../monitoring", import.meta.url));
const read = (path: string): string => readFileSync(join(folder, path), "utf8");

const rule = z.strictObject({
  alert: z.string(),
  expr: z.string(),
  for: z.string().optional(),
  labels: z.strictObject({ severity: z.enum(["page", "ticket"]) }),
  annotations: z.strictObject({ summary: z.string(), description: z.string().regex(/^First: /) }),
});
const alerts = z
  .object({ groups: z.array(z.object({ rules: z.array(rule) })) })
  .parse(parse(read("alerts.yml")))
  .groups.flatMap(({ rules }) => rules);
const panel = z.object({
  id: z.number(),
  title: z.string(),
  targets: z
    .array(z.object({ expr: z.string(), datasource: z.object({ uid: z.string().regex(/^\$\{datasource\}$/) }) }))
    .default([]),
});
const { panels } = z.object({ panels: z.array(panel) }).parse(JSON.parse(read("dashboards/deskpulse.json")));

const redis = createRedisPrefix();
const running: { readonly stop: () => Promise<void> }[] = [];
/** App -> name of a series -> names of its labels, where one of it can be seen. */
const series = new Map<string, Set<string>>();

beforeAll(async () => {
  const database = await createTestDatabase();
  running.push({ stop: () => database.drop() });
  const environment = {
    DATABASE_URL: database.url,
    REDIS_URL: redis.url,
    REDIS_PREFIX: redis.prefix,
    JWT_SECRET: "a secret of at least thirty-two characters",
    API_PORT: "0",
    WORKER_PORT: "0",
    REALTIME_PORT: "0",
    LOG_LEVEL: "silent",
    DATABASE_POOL_MAX: "3",
  };
  const log = createLogger("monitoring-test", "silent");
  for (const start of [
    () => startApi(readApiConfig(environment), jobs, log),
    () => runWorker(readWorkerConfig(environment), log, "0.0.0"),
    () => startRealtime(readRealtimeConfig(environment), log),
  ]) {
    const { port, parts } = await start();
    running.unshift(...parts);
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    for (const [, name = "", kind] of text.matchAll(/^# TYPE (\S+) (\S+)$/gm)) {
      const ends = kind === "histogram" ? ["_bucket", "_sum", "_count"] : [""];
      for (const end of ends) series.set(name + end, new Set());
    }
    for (const [, name = "", labels = ""] of text.matchAll(/^(\w+)\{(.*)\} \S+$/gm)) {
      for (const [, label = ""] of labels.matchAll(/(\w+)="/g)) series.get(name)?.add(label);
    }
  }
});
afterAll(async () => {
  for (const { stop } of running) await stop();
  await redis.clear();
});

/** The names of series in an expression: words that are no function, no keyword, no label and no text. */
function namesIn(expression: string): string[] {
  const bare = expression
    .replace(/"[^"]*"/g, "")
    .replace(/\{[^}]*\}/g, "")
    .replace(/\b(by|without)\s*\([^)]*\)/g, "")
    .replace(/\[[^\]]*\]/g, "");
  return [...bare.matchAll(/[a-zA-Z_]\w*(?!\w*\s*\()/g)]
    .map(([name]) => name)
    .filter((name) => !/^(and|or|unless)$/.test(name));
}

describe("names of figures", () => {
  test.each(alerts.map(({ alert, expr }) => [alert, expr]))("in the rule %s are there", (_alert, expr) => {
    const names = namesIn(expr);
    expect(names).not.toHaveLength(0);
    // Prometheus makes `up` by itself
    expect(names.filter((name) => name !== "up" && !series.has(name))).toEqual([]);
  });

  test.each(panels.flatMap(({ title, targets }) => targets.map(({ expr }) => [title, expr])))(
    "in the panel %s are there",
    (_title, expr) => {
      expect(namesIn(expr).filter((name) => name !== "up" && !series.has(name))).toEqual([]);
    },
  );

  test("that this platform gives are all on the dashboard", () => {
    const shown = new Set(panels.flatMap(({ targets }) => targets.flatMap(({ expr }) => namesIn(expr))));
    const whole = (name: string) => name.replace(/_(bucket|sum|count)$/, "");
    const missing = [...series.keys()].filter(
      (name) => name.startsWith("deskpulse_") && ![...shown].some((one) => whole(one) === whole(name)),
    );
    expect(missing).toEqual([]);
  });

  test("carry no tenant", () => {
    const labels = new Set([...series.values()].flatMap((found) => [...found]));
    expect([...labels].filter((label) => /tenant|user|run_?id/i.test(label))).toEqual([]);
    expect(labels).toContain("queue");
  });
});

test("rules and panels are named once", () => {
  const names = alerts.map(({ alert }) => alert);
  expect(new Set(names).size).toBe(names.length);
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
});

test("Prometheus asks every app where it listens inside docker compose", () => {
  const scraped = z
    .object({
      rule_files: z.array(z.string()),
      scrape_configs: z.array(
        z.object({
          job_name: z.string(),
          dns_sd_configs: z.array(z.object({ names: z.array(z.string()), port: z.number() })).length(1),
        }),
      ),
    })
    .parse(parse(read("prometheus.yml")));
  const needed = { DATABASE_URL: "postgres://db", REDIS_URL: "redis://redis", JWT_SECRET: "x".repeat(32) };
  expect(scraped.scrape_configs.map(({ job_name, dns_sd_configs }) => [job_name, dns_sd_configs[0]])).toEqual([
    ["api", expect.objectContaining({ names: ["api"], port: readApiConfig(needed).API_PORT })],
    ["worker", expect.objectContaining({ names: ["worker"], port: readWorkerConfig(needed).WORKER_PORT })],
    ["realtime", expect.objectContaining({ names: ["realtime"], port: readRealtimeConfig(needed).REALTIME_PORT })],
  ]);
  for (const file of scraped.rule_files) expect(existsSync(join(folder, file))).toBe(true);
});
