import { randomBytes, randomUUID } from "node:crypto";
import type { JobEvent } from "@deskpulse/contract/realtime/job-event";
import type { DoneOrProblem } from "@deskpulse/contract/realtime/problem";
import { connectDatabase, type Database } from "@deskpulse/db/connect";
import { issueToken, type TokenSubject } from "@deskpulse/identity/issue-token";
import { createAuthenticator } from "@deskpulse/identity/verify-credentials";
import { createLogger, type Logger } from "@deskpulse/process/logger";
import { connectRedis } from "@deskpulse/process/redis";
import { createPublisher, type Publisher } from "@deskpulse/push/publisher";
import type { PushEvent } from "@deskpulse/push/push-event";
import { createTestDatabase } from "@deskpulse/testkit/database";
import { eventually } from "@deskpulse/testkit/eventually";
import { createRedisPrefix } from "@deskpulse/testkit/redis-prefix";
import { io as connect, type ManagerOptions, type Socket, type SocketOptions } from "socket.io-client";
import { authenticateSocket } from "../src/authenticate-socket.ts";
import { createLiveSource } from "../src/live-source.ts";
import type { RealtimeOptions, RunSource } from "../src/realtime-options.ts";
import { createRealtimeServer, type RealtimeServer } from "../src/realtime-server.ts";
import { createRunSource } from "../src/run-source.ts";

export const quiet: Logger = createLogger("realtime-test", "silent");
export const secret = "a secret of at least thirty-two characters";

export interface NewRun {
  readonly id?: string;
  readonly tenantId: string | null;
  readonly createdBy?: string;
  readonly state?: "queued" | "started" | "completed" | "failed" | "cancelled";
  readonly attempts?: number;
  readonly starts?: number;
  readonly result?: unknown;
  readonly problem?: unknown;
}

export interface Listening {
  readonly socket: Socket;
  readonly events: JobEvent[];
  join(room: string): Promise<DoneOrProblem>;
  leave(room: string): Promise<DoneOrProblem>;
  /** Waits until the last event about this run says so. */
  hears(runId: string, state: JobEvent["state"]): Promise<JobEvent>;
}

export interface Fixture {
  readonly server: RealtimeServer;
  readonly url: string;
  readonly database: Database;
  readonly tenants: readonly [string, string];
  publish(event: PushEvent): void;
  insertRun(run: NewRun): Promise<string>;
  updateRun(runId: string, change: Omit<NewRun, "id" | "tenantId" | "createdBy">): Promise<void>;
  token(caller: TokenSubject, ttlSeconds?: number): Promise<string>;
  connect(caller: TokenSubject, options?: Partial<ManagerOptions & SocketOptions>): Promise<Listening>;
  stop(): Promise<void>;
}

/** A realtime server of a test's own, over a database and a Redis prefix of its own. `change` may break its source. */
export async function startFixture(
  options: Partial<RealtimeOptions> = {},
  change: (source: RunSource) => RunSource = (source) => source,
): Promise<Fixture> {
  const testDatabase = await createTestDatabase();
  const { url: redisUrl, prefix } = createRedisPrefix();
  const database = connectDatabase({ url: testDatabase.url, connectionsMax: 5, applicationName: "realtime-test" });
  const tenants = [randomUUID(), randomUUID()] as const;
  for (const id of tenants) await database.sql`insert into tenants (id, name) values (${id}, ${id})`;
  const producer = connectRedis(redisUrl, "producer", quiet);
  const publisher: Publisher = createPublisher(producer, prefix, (error) => {
    throw error;
  });
  const source = createRunSource(database, {
    redis: connectRedis(redisUrl, "subscriber", quiet),
    prefix,
    onError: () => undefined,
  });
  const runs = change(source);
  const server = await createRealtimeServer({
    listen: { host: "127.0.0.1", port: 0 },
    log: quiet,
    authenticate: authenticateSocket(createAuthenticator({ secret, database })),
    runs,
    live: createLiveSource(database),
    ...options,
  });
  const url = `http://127.0.0.1:${server.port}`;
  const sockets: Socket[] = [];
  await eventually(() => {
    if (!server.isLive() && runs.subscribe === source.subscribe) throw new Error("not subscribed yet");
    if (producer.status !== "ready") throw new Error("not connected yet");
  });

  const token: Fixture["token"] = (caller, ttlSeconds = 600) => issueToken({ ...caller, ttlSeconds }, { secret });
  return {
    server,
    url,
    database,
    tenants,
    token,
    publish: (event) => publisher.publish(event),
    async insertRun(run) {
      const { tenantId, createdBy = "somebody", state = "queued", attempts = 0, starts = 0 } = run;
      const id = run.id ?? newRunId();
      const ended = state !== "queued" && state !== "started";
      await database.sql`
        insert into job_runs (id, tenant_id, job, queue, state, input, created_by, created_at, run_at, attempts, starts,
          finished_at, result, problem)
        values (${id}, ${tenantId}, 'test.job', 'analytics', ${state}, '{}', ${createdBy}, now(), now(), ${attempts},
          ${starts}, ${ended ? new Date() : null}, ${json(run.result)}::text::jsonb, ${json(run.problem)}::text::jsonb)`;
      return id;
    },
    async updateRun(runId, change) {
      const { state = "queued", attempts = 0, starts = 0 } = change;
      const ended = state !== "queued" && state !== "started";
      await database.sql`
        update job_runs set state = ${state}, attempts = ${attempts}, starts = ${starts},
          finished_at = ${ended ? new Date() : null}, result = ${json(change.result)}::text::jsonb,
          problem = ${json(change.problem)}::text::jsonb
        where id = ${runId}`;
    },
    async connect(caller, clientOptions = {}) {
      const socket = connect(url, {
        auth: { token: await token(caller) },
        transports: ["websocket"],
        reconnection: false,
        forceNew: true,
        ...clientOptions,
      });
      sockets.push(socket);
      return listening(socket);
    },
    async stop() {
      for (const socket of sockets) socket.disconnect();
      await server.stop();
      await publisher.flush();
      producer.disconnect();
      await database.close();
      await testDatabase.drop();
    },
  };
}

async function listening(socket: Socket): Promise<Listening> {
  const events: JobEvent[] = [];
  socket.on("job", (event: JobEvent) => events.push(event));
  await new Promise<void>((resolve, reject) => {
    socket.once("connect", resolve);
    socket.once("connect_error", reject);
  });
  return {
    socket,
    events,
    join: (room) => socket.timeout(5_000).emitWithAck("join", { room }),
    leave: (room) => socket.timeout(5_000).emitWithAck("leave", { room }),
    hears: (runId, state) =>
      eventually(() => {
        const last = events.findLast((event) => event.runId === runId);
        if (last?.state !== state) throw new Error(`heard ${JSON.stringify(events)}, waiting for ${runId} ${state}`);
        return last;
      }),
  };
}

const json = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value));

/** A UUIDv7 of now. */
export function newRunId(): string {
  const hex = Date.now().toString(16).padStart(12, "0") + randomBytes(10).toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
