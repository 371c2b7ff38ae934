import { freePort } from "@deskpulse/local-services/free-port";
import autocannon from "autocannon";
import { startChild, untilReady } from "../child.ts";
import { bundleApi } from "../enqueue/bundle-api.ts";
import type { Ground } from "../ground.ts";
import { requestBody } from "../job-map.ts";
import { type Result, resultOf } from "../result.ts";
import { alternate, type Figures } from "../rounds.ts";

const runsPerBatch = 1_000;

interface Way {
  readonly path: string;
  readonly connections: number;
  readonly body: string;
  readonly runsPerRequest: number;
}

/** Batches of a thousand, and the single posts that a caller would send instead. */
const ways = {
  ours: {
    path: "/api/jobs/batch",
    connections: 4,
    body: JSON.stringify({ runs: Array.from({ length: runsPerBatch }, () => requestBody) }),
    runsPerRequest: runsPerBatch,
  },
  peer: { path: "/api/jobs", connections: 50, body: JSON.stringify(requestBody), runsPerRequest: 1 },
} as const satisfies Record<string, Way>;

/** Runs a second at the 202, of the same API: batches of 1,000 against single posts over 50 connections. */
export async function benchBatch(ground: Ground): Promise<readonly Result[]> {
  const port = await freePort();
  const api = startChild({
    name: "batch-api",
    file: await bundleApi(),
    env: { ...ground.env, API_PORT: String(port) },
  });
  await untilReady("batch-api", api, port);
  const run = async (way: Way): Promise<Figures> => {
    await ground.clear();
    const startedAt = performance.now();
    const result = await autocannon({
      url: `http://127.0.0.1:${port}${way.path}`,
      method: "POST",
      connections: way.connections,
      duration: ground.settings.enqueueSeconds,
      headers: { authorization: `Bearer ${ground.token}`, "content-type": "application/json" },
      body: way.body,
    });
    const seconds = (performance.now() - startedAt) / 1000;
    if (result.non2xx + result.errors + result.timeouts > 0) throw new Error(`${way.path} was not answered 202`);
    const accepted = result["2xx"] * way.runsPerRequest;
    await checkRows(ground, accepted);
    return { "runs/s": accepted / seconds, "p50 ms": result.latency.p50 };
  };
  const rounds = await alternate(ground.settings.rounds, { ours: () => run(ways.ours), peer: () => run(ways.peer) });
  await api.stop();
  await ground.clear();
  return [
    resultOf(rounds, "runs/s", {
      bench: "batch",
      what: "runs/s, batches against single posts",
      goal: { is: "at least", ratio: 5 },
    }),
    resultOf(rounds, "p50 ms", { bench: "batch", what: "p50 ms of a request" }),
  ];
}

/** Everything accepted is in Postgres; what was under way when the load ended may be as well. */
async function checkRows({ servers }: Ground, accepted: number): Promise<void> {
  const [row] = await servers.sql<{ stored: number }[]>`select count(*)::int as stored from job_runs`;
  if (row === undefined || row.stored < accepted) {
    throw new Error(`${accepted} runs were accepted and ${row?.stored} of them are stored`);
  }
}
