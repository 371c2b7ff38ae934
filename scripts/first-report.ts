import { io, type Socket } from "socket.io-client";

/** One real report, started over HTTP, computed by the worker, received over Socket.IO: proof that all of it works. */

const timeoutMs = 60_000;
const request = {
  job: "analytics.response-time",
  input: { from: "2016-02-29", to: "2016-03-07", groupBy: "day" },
};

/** The part of the contract's `job` event that is read here. */
interface JobEvent {
  runId: string;
  state: string;
  problem?: { code: string; detail: string };
}

const apiUrl = setting("API_URL");
const headers = { authorization: `Bearer ${setting("TOKEN")}`, "content-type": "application/json" };
const socket = io(setting("REALTIME_URL"), { auth: { token: setting("TOKEN") }, transports: ["websocket"] });
try {
  await connected(socket);
  const heard: JobEvent[] = [];
  // Listening before the run exists: a quick worker may be done before the join is acknowledged.
  socket.on("job", (event: JobEvent) => heard.push(event));
  const began = Date.now();
  const runId = await startRun();
  const joined = await socket.timeout(10_000).emitWithAck("join", { room: `job:${runId}` });
  if (joined?.ok !== true) throw new Error(`join job:${runId} was refused: ${JSON.stringify(joined)}`);
  const event = await untilFinished(heard, runId);
  const tookMs = Date.now() - began;
  if (event.state !== "completed")
    throw new Error(`run ${runId} ended as ${event.state}: ${JSON.stringify(event.problem)}`);
  const run = await get(`/api/jobs/${runId}`);
  console.log(
    `          first responses, week of ${request.input.from}: ${figures(run)}; computed and pushed in ${tookMs} ms`,
  );
} catch (error) {
  console.error(`The first report failed: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
} finally {
  socket.disconnect();
}

function setting(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "") throw new Error(`${name} is not set; scripts/start.mjs sets it`);
  return value;
}

function connected(client: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    client.once("connect", resolve);
    client.once("connect_error", (error) =>
      reject(new Error(`Socket.IO at ${setting("REALTIME_URL")}: ${error.message}`)),
    );
  });
}

async function startRun(): Promise<string> {
  const response = await fetch(`${apiUrl}/api/jobs`, { method: "POST", headers, body: JSON.stringify(request) });
  const body = (await response.json()) as { id?: string };
  if (response.status !== 202 || body.id === undefined) {
    throw new Error(`POST /api/jobs answered ${response.status} ${JSON.stringify(body)}`);
  }
  return body.id;
}

async function untilFinished(heard: JobEvent[], runId: string): Promise<JobEvent> {
  const deadline = Date.now() + timeoutMs;
  const final = ["completed", "failed", "cancelled"];
  while (Date.now() < deadline) {
    const event = heard.find((one) => one.runId === runId && final.includes(one.state));
    if (event !== undefined) return event;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const run = JSON.stringify(await get(`/api/jobs/${runId}`)).slice(0, 500);
  throw new Error(
    `no final \`job\` event for run ${runId} within ${timeoutMs / 1000} s; heard ${JSON.stringify(heard)}; the run is ${run}`,
  );
}

async function get(path: string): Promise<unknown> {
  return await (await fetch(`${apiUrl}${path}`, { headers })).json();
}

/** The figures of the report in a line. */
function figures(run: unknown): string {
  const { result } = run as { result?: { totals?: { firstResponse?: Record<string, unknown> } } };
  const { count, medianSeconds } = result?.totals?.firstResponse ?? {};
  if (typeof count !== "number" || typeof medianSeconds !== "number") throw new Error("the report has no figures");
  return `${count} of them, median ${(medianSeconds / 3_600).toFixed(1)} h`;
}
