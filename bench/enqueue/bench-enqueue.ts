import { freePort } from "@deskpulse/local-services/free-port";
import autocannon from "autocannon";
import { bundle } from "../bundle.ts";
import { appFlags, startChild, untilReady } from "../child.ts";
import { cpuPerUnit, type Ground, redisPrefix } from "../ground.ts";
import { requestBody } from "../job-map.ts";
import { type Result, resultOf } from "../result.ts";
import { alternate, type Figures, type Side } from "../rounds.ts";
import { bundleApi } from "./bundle-api.ts";

const connections = 50;
const warmUpSeconds = 6;

/** HTTP enqueue: our API with all its middleware and a committed row before each 202, against a bare queue.add. */
export async function benchEnqueue(ground: Ground): Promise<readonly Result[]> {
  const ports = { ours: await freePort(), peer: await freePort() };
  const files = {
    ours: await bundleApi(),
    peer: await bundle({ entry: "bench/enqueue/peer-main.ts", name: "peer-api" }),
  };
  const env = { ...ground.env, API_PORT: String(ports.ours) };
  const children = {
    ours: startChild({ name: "api", file: files.ours, env, flags: appFlags }),
    peer: startChild({ name: "peer-api", file: files.peer, env: { ...ground.env, PORT: String(ports.peer) } }),
  };
  await untilReady("api", children.ours, ports.ours);
  await untilReady("peer-api", children.peer, ports.peer);

  const run = async (side: Side, warmUp: boolean): Promise<Figures> => {
    await ground.clear();
    const cpu = ground.cpuClock({ api: children[side].pid });
    const load = await fire(ports[side], ground.token, warmUp ? warmUpSeconds : ground.settings.enqueueSeconds);
    const used = cpu();
    await (side === "ours" ? checkRows(ground, load.ids) : checkQueue(ground, load.ids.length));
    return {
      "requests/s": load.ids.length / load.seconds,
      "p50 ms": load.p50,
      "p99 ms": load.p99,
      ...cpuPerUnit(used, load.ids.length),
    };
  };
  const rounds = await alternate(ground.settings.rounds, {
    ours: (warmUp) => run("ours", warmUp),
    peer: (warmUp) => run("peer", warmUp),
  });
  await Promise.all([children.ours.stop(), children.peer.stop()]);
  await ground.clear();
  const bench = "enqueue";
  return [
    resultOf(rounds, "requests/s", { bench, goal: { is: "at least", ratio: 1 } }),
    ...["p50 ms", "p99 ms", "process CPU µs", "Postgres CPU µs", "Redis CPU µs", "all CPU µs"].map((figure) =>
      resultOf(rounds, figure, { bench }),
    ),
  ];
}

interface Load {
  /** Of every run or job that was accepted. */
  readonly ids: readonly string[];
  readonly seconds: number;
  readonly p50: number;
  readonly p99: number;
}

/** Keeps 50 connections busy; throws when anything but a 202 comes back. */
async function fire(port: number, token: string, seconds: number): Promise<Load> {
  const bodies: string[] = [];
  const startedAt = performance.now();
  const result = await autocannon({
    url: `http://127.0.0.1:${port}/api/jobs`,
    method: "POST",
    connections,
    duration: seconds,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify(requestBody),
    setupClient: (client) => {
      client.on("body", (body) => bodies.push(String(body)));
    },
  });
  const tookSeconds = (performance.now() - startedAt) / 1000;
  if (result.non2xx + result.errors + result.timeouts > 0) {
    throw new Error(`${result.non2xx} answers were not 2xx, ${result.errors} failed: ${bodies.at(-1)}`);
  }
  const ids = bodies.map((body) => /"id":"([^"]+)"/.exec(body)?.[1] ?? "none");
  return { ids, seconds: tookSeconds, p50: result.latency.p50, p99: result.latency.p99 };
}

/** Every run that a 202 named is in Postgres. */
async function checkRows({ servers }: Ground, ids: readonly string[]): Promise<void> {
  const [row] = await servers.sql<{ found: number; distinct: number }[]>`
    select count(*)::int as found, (select count(distinct id)::int from unnest(${ids as string[]}::uuid[]) as id) as distinct
    from job_runs where id = any (${ids as string[]}::uuid[])`;
  if (row?.found !== ids.length || row.distinct !== ids.length) {
    throw new Error(`${ids.length} runs were accepted and ${row?.found} of them are stored`);
  }
}

/** The queue holds what was accepted, and at most what was under way when the load ended. */
async function checkQueue({ servers }: Ground, accepted: number): Promise<void> {
  const waiting = await servers.redis.llen(`${redisPrefix}:peer:operations:wait`);
  if (waiting < accepted || waiting > accepted + connections) {
    throw new Error(`${accepted} jobs were accepted and ${waiting} are waiting`);
  }
}
