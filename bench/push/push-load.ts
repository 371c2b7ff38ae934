import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { io, type Socket } from "socket.io-client";
import { requestBody } from "../job-map.ts";

export interface PushLoadOptions {
  readonly apiPort: number;
  readonly realtimePort: number;
  readonly token: string;
  readonly perSecond: number;
  readonly seconds: number;
}

export interface PushLoad {
  /** From before the POST to the push that it completed, each run. */
  readonly pushMs: readonly number[];
  /** From before the POST to its answer. */
  readonly answerMs: readonly number[];
}

const allWithinMs = 15_000;
const payload = JSON.stringify(requestBody);

/** Posts at a fixed rate, whatever comes back when, and listens in the user's room. Throws when a push is missing. */
export async function loadPush(options: PushLoadOptions): Promise<PushLoad> {
  const { perSecond, seconds } = options;
  const socket = await connect(options.realtimePort, options.token);
  const completedAt = new Map<string, number>();
  socket.on("job", (event: { runId: string; state: string }) => {
    if (event.state === "completed") completedAt.set(event.runId, performance.now());
  });
  const agent = new Agent({ keepAlive: true, maxSockets: 200 });
  const sentAt = new Map<string, number>();
  const answerMs: number[] = [];
  const total = Math.round(perSecond * seconds);
  const posts: Promise<void>[] = [];
  const startedAt = performance.now();
  while (posts.length < total) {
    const due = Math.min(total, Math.floor(((performance.now() - startedAt) / 1000) * perSecond) + 1);
    while (posts.length < due) {
      const before = performance.now();
      posts.push(
        post(agent, options.apiPort, options.token).then((id) => {
          answerMs.push(performance.now() - before);
          sentAt.set(id, before);
        }),
      );
    }
    await sleep(1);
  }
  await Promise.all(posts);
  const deadline = performance.now() + allWithinMs;
  while (completedAt.size < total && performance.now() < deadline) await sleep(10);
  socket.disconnect();
  agent.destroy();
  const pushMs = [...sentAt].map(([id, at]) => (completedAt.get(id) ?? Number.NaN) - at);
  const missing = pushMs.filter(Number.isNaN).length;
  if (missing > 0 || sentAt.size !== total) throw new Error(`${missing} of ${total} pushes did not arrive`);
  return { pushMs, answerMs };
}

function connect(port: number, token: string): Promise<Socket> {
  const socket = io(`http://127.0.0.1:${port}`, { transports: ["websocket"], auth: { token }, forceNew: true });
  return new Promise((resolve, reject) => {
    socket.once("connect", () => resolve(socket));
    socket.once("connect_error", reject);
  });
}

/** Starts a run; answers its id. */
function post(agent: Agent, port: number, token: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const req = request(
      {
        agent,
        host: "127.0.0.1",
        port,
        path: "/api/jobs",
        method: "POST",
        headers: {
          authorization: `Bearer ${token}`,
          "content-type": "application/json",
          "content-length": Buffer.byteLength(payload),
        },
      },
      (res) => {
        let text = "";
        res.setEncoding("utf8");
        res.on("data", (part: string) => {
          text += part;
        });
        res.on("end", () => {
          if (res.statusCode === 202) resolve((JSON.parse(text) as { id: string }).id);
          else reject(new Error(`answered ${res.statusCode}: ${text}`));
        });
      },
    );
    req.on("error", reject);
    req.end(payload);
  });
}
