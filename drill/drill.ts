import { randomBytes } from "node:crypto";
import { setMaxListeners } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { connectDatabase } from "@deskpulse/db/connect";
import { migrateDatabase } from "@deskpulse/db/migrate";
import { issueToken } from "@deskpulse/identity/issue-token";
import { freePort } from "@deskpulse/local-services/free-port";
import { queuePrefix } from "@deskpulse/runs/handover";
import { Asker } from "./asker.ts";
import { breakThing, type Damage, type Ground, noDamage } from "./break-things.ts";
import { bundleApps } from "./bundle.ts";
import { DrillRedis } from "./drill-redis.ts";
import { Ledger, type Verdict } from "./ledger.ts";
import type { Plan } from "./plan.ts";
import { restartDelays } from "./restarts.ts";
import { Victim } from "./victim.ts";

export interface DrillOptions {
  readonly plan: Plan;
  readonly databaseUrl: string;
  readonly folder: string;
  readonly logs: string;
  readonly redisPrefix: string;
  readonly signal: AbortSignal;
  /** After the last request and the last fault. */
  readonly settleWithinMs: number;
}

export interface Findings {
  readonly plan: Plan;
  readonly verdict: Verdict;
  readonly damage: Damage;
  readonly accepted: number;
  readonly unanswered: number;
  readonly restartDelaysMs: readonly number[];
  readonly settledAfterMs: number;
  /** Processes that ended by themselves. */
  readonly deaths: readonly string[];
}

/** What a fault may take beyond its time: seeking a victim, a worker frozen for long, a slow start. */
const faultsOverdueMs = 60_000;

/** Carries out the plan over processes and a Redis of its own; leaves none behind, whatever happens. */
export async function drill(options: DrillOptions): Promise<Findings> {
  const { plan, databaseUrl, folder, logs, redisPrefix } = options;
  const say = timedSay();
  await migrateDatabase(databaseUrl);
  const database = connectDatabase({
    url: databaseUrl,
    connectionsMax: 4,
    applicationName: "deskpulse-drill",
    connectTimeoutMs: 30_000, // a busy machine is no finding
  });
  const programs = await bundleApps(folder);
  const redis = await DrillRedis.start(folder);
  const secret = randomBytes(32).toString("base64");
  const env = {
    DATABASE_URL: databaseUrl,
    REDIS_URL: redis.url,
    REDIS_PREFIX: redisPrefix,
    JWT_SECRET: secret,
    NODE_ENV: "production",
    LOG_LEVEL: "info",
  };
  const victim = async (name: string, file: string, portName: string): Promise<Victim> => {
    const port = await freePort();
    return new Victim({
      name,
      file,
      port,
      env: { ...env, [portName]: String(port) },
      logFile: join(logs, `${name}.log`),
    });
  };
  const api = await victim("api", programs.api, "API_PORT");
  const workers: Victim[] = [];
  for (let index = 1; index <= plan.workers; index++)
    workers.push(await victim(`worker-${index}`, programs.worker, "WORKER_PORT"));

  const deaths: string[] = [];
  const onDeath = (name: string): void => void deaths.push(name);
  const limit = AbortSignal.timeout(plan.windowMs + faultsOverdueMs);
  const signal = AbortSignal.any([options.signal, limit]);
  setMaxListeners(0, signal); // every request waits on it
  try {
    const ledger = new Ledger(database);
    const tenants = await ledger.open(plan.tenants);
    const tokens = await Promise.all(
      tenants.map((tenantId) =>
        issueToken({ subject: "drill", role: "agent", tenantId, ttlSeconds: 3_600 }, { secret }),
      ),
    );
    for (const process of [api, ...workers]) process.start(onDeath);
    await Promise.all([api, ...workers].map((process) => process.ready()));
    say("the API and the workers are ready");

    const asker = new Asker({ url: `http://127.0.0.1:${api.port}`, tokens, signal });
    const bullPrefix = queuePrefix(redisPrefix);
    const ground: Ground = { api, workers, redis, ledger, asker, bullPrefix, signal, onDeath, say };
    const damage = noDamage();
    await carryOut(plan, ground, damage);
    say("everything is asked for and broken; waiting for what runs");

    const doneAtMs = Date.now();
    while ((await ledger.unfinished()).length > 0 && Date.now() < doneAtMs + options.settleWithinMs) {
      await sleep(200, undefined, { signal: options.signal });
    }
    const keyed = plan.requests.flatMap((request) => (request.keyed ? [request.token] : []));
    const verdict = await ledger.judge(asker.accepted, keyed);
    return {
      plan,
      verdict,
      damage,
      accepted: asker.accepted.length,
      unanswered: asker.unanswered,
      restartDelaysMs: restartDelays(damage.losses, await ledger.starts(), redis.outages),
      settledAfterMs: Math.max(0, verdict.lastFinishedAtMs - doneAtMs),
      deaths,
    };
  } finally {
    await Promise.all([api, ...workers].map((process) => process.kill()));
    await redis.stop();
    await database.close();
  }
}

/** Asks and breaks at the planned times; resolves when all of it is done. */
async function carryOut(plan: Plan, ground: Ground, damage: Damage): Promise<void> {
  const startedAtMs = Date.now();
  const at = (ms: number): Promise<void> =>
    sleep(Math.max(0, startedAtMs + ms - Date.now()), undefined, { signal: ground.signal });
  const requests = plan.requests.map(async (request) => {
    await at(request.atMs);
    await ground.asker.ask(request);
  });
  // Faults of one worker wait for each other by themselves; Redis has to be there when the API is killed.
  let afterRedis = Promise.resolve();
  const faults = plan.faults.map((fault) => {
    const hit = async (): Promise<void> => {
      await at(fault.atMs);
      await breakThing(fault, ground, damage);
    };
    if (fault.kind === "kill-worker" || fault.kind === "freeze-worker") return hit();
    afterRedis = afterRedis.then(hit);
    return afterRedis;
  });
  await Promise.all([...requests, ...faults]);
}

function timedSay(): (line: string) => void {
  const startedAtMs = Date.now();
  return (line) => console.log(`${((Date.now() - startedAtMs) / 1000).toFixed(2).padStart(8)} s  ${line}`);
}
