import { freePort } from "@deskpulse/local-services/free-port";
import { bundle } from "../bundle.ts";
import { appFlags, type Child, startChild, untilReady } from "../child.ts";
import { bundleApi } from "../enqueue/bundle-api.ts";
import { cpuPerUnit, type Ground } from "../ground.ts";
import { type Result, resultOf } from "../result.ts";
import { alternate, type Figures, quantile } from "../rounds.ts";
import type { WorkerMessage } from "../worker/worker-message.ts";
import { loadPush } from "./push-load.ts";

/** The three processes of one side and where they listen. */
interface Chain {
  readonly api: Child;
  readonly worker: Child;
  readonly realtime: Child;
  readonly apiPort: number;
  readonly realtimePort: number;
}

/** POST to `completed` push at a fixed rate, against the same hops without Postgres. */
export async function benchPush(ground: Ground): Promise<readonly Result[]> {
  const chains = { ours: await startOurs(ground), peer: await startPeer(ground) };
  const { perSecond, seconds, warmUpSeconds } = ground.settings.push;

  const run = async (chain: Chain, warmUp: boolean): Promise<Figures> => {
    await ground.clear();
    const cpu = ground.cpuClock({ api: chain.api.pid, worker: chain.worker.pid, realtime: chain.realtime.pid });
    const { apiPort, realtimePort } = chain;
    const load = { apiPort, realtimePort, token: ground.token, perSecond, seconds: warmUp ? warmUpSeconds : seconds };
    const { pushMs, answerMs } = await loadPush(load);
    return {
      "p50 ms": quantile(pushMs, 0.5),
      "p99 ms": quantile(pushMs, 0.99),
      "p99.9 ms": quantile(pushMs, 0.999),
      "answer p50 ms": quantile(answerMs, 0.5),
      "answer p99 ms": quantile(answerMs, 0.99),
      ...cpuPerUnit(cpu(), pushMs.length),
    };
  };
  const rounds = await alternate(ground.settings.rounds, {
    ours: (warmUp) => run(chains.ours, warmUp),
    peer: (warmUp) => run(chains.peer, warmUp),
  });
  const children = Object.values(chains).flatMap(({ api, worker, realtime }) => [api, worker, realtime]);
  await Promise.all(children.map((child) => child.stop()));
  await ground.clear();
  const bench = "push";
  return [
    resultOf(rounds, "p50 ms", { bench, goal: { is: "at most", ratio: 4 } }),
    resultOf(rounds, "p99 ms", { bench, goal: { is: "at most", ratio: 2.5 } }),
    ...["p99.9 ms", "answer p50 ms", "answer p99 ms"].map((figure) => resultOf(rounds, figure, { bench })),
    ...["process CPU µs", "Postgres CPU µs", "Redis CPU µs", "all CPU µs"].map((figure) =>
      resultOf(rounds, figure, { bench }),
    ),
  ];
}

async function startOurs({ env }: Ground): Promise<Chain> {
  const flags = appFlags;
  const apiPort = await freePort();
  const realtimePort = await freePort();
  const api = startChild({ name: "api", file: await bundleApi(), env: { ...env, API_PORT: String(apiPort) }, flags });
  const workerFile = await bundle({ entry: "bench/worker/our-worker-main.ts", name: "worker" });
  const worker = startChild({ name: "worker", file: workerFile, env, ipc: true, flags });
  const realtime = startChild({
    name: "realtime",
    file: await bundle({ entry: "apps/realtime/src/main.ts", name: "realtime" }),
    env: { ...env, REALTIME_PORT: String(realtimePort) },
    flags,
  });
  await untilReady("api", api, apiPort);
  await untilReady("realtime", realtime, realtimePort);
  await startWorker(worker, 100);
  return { api, worker, realtime, apiPort, realtimePort };
}

async function startPeer({ env }: Ground): Promise<Chain> {
  const apiPort = await freePort();
  const realtimePort = await freePort();
  const api = startChild({
    name: "peer-api",
    file: await bundle({ entry: "bench/enqueue/peer-main.ts", name: "peer-api" }),
    env: { ...env, PORT: String(apiPort) },
  });
  const worker = startChild({
    name: "bare-worker",
    file: await bundle({ entry: "bench/worker/bare-worker-main.ts", name: "bare-worker" }),
    env: { ...env, PUBLISH: "yes" },
    ipc: true,
  });
  const realtime = startChild({
    name: "peer-realtime",
    file: await bundle({ entry: "bench/push/peer-realtime-main.ts", name: "peer-realtime" }),
    env: { ...env, PORT: String(realtimePort) },
  });
  await untilReady("peer-api", api, apiPort);
  await untilReady("peer-realtime", realtime, realtimePort);
  await startWorker(worker, 50);
  return { api, worker, realtime, apiPort, realtimePort };
}

async function startWorker(worker: Child, concurrency: number): Promise<void> {
  await worker.ask({ kind: "prepare", poolMax: 10 } satisfies WorkerMessage);
  await worker.ask({ kind: "start", concurrency } satisfies WorkerMessage);
}
