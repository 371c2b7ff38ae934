import { createServer, type Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { ProblemError } from "@deskpulse/domain/errors";
import { answerHealth } from "@deskpulse/process/health-server";
import { Server } from "socket.io";
import { allowOrigins } from "./allow-origins.ts";
import { refusedHandshake, socketProblemOf } from "./authenticate-socket.ts";
import { cutSlowSockets } from "./cut-slow-sockets.ts";
import { createRunDelivery, type RunDelivery } from "./deliver-runs.ts";
import { endWhenExpired } from "./end-expired-socket.ts";
import { endRevokedSockets } from "./end-revoked-sockets.ts";
import { handleRooms } from "./handle-rooms.ts";
import { limitInbound } from "./limit-inbound.ts";
import { createRealtimeMetrics, type RealtimeMetrics } from "./metrics.ts";
import { startLivePush } from "./push-live-figures.ts";
import { type RealtimeOptions, realtimeDefaults } from "./realtime-options.ts";
import type { RealtimeIo } from "./realtime-socket.ts";
import { startRunRepair } from "./repair-runs.ts";
import { createRunReader } from "./run-reader.ts";

export interface RealtimeServer {
  readonly io: RealtimeIo;
  readonly port: number;
  /** Do hints arrive now? False too where there is no source of runs. */
  isLive(): boolean;
  /** Refuses who comes, disconnects who is there (clients look for another server by themselves), ends all timers. */
  stop(): Promise<void>;
}

const slowSocketsEveryMs = 1_000;
const closeGraceMs = 1_000;

/** A running Socket.IO server, complete as far as its options say. Rejects when it cannot listen. */
export async function createRealtimeServer(given: RealtimeOptions): Promise<RealtimeServer> {
  const options = { ...realtimeDefaults, ...given };
  const { log, authenticate, runs } = options;
  const metrics = options.metrics ?? createRealtimeMetrics();
  const http = "server" in options.listen ? options.listen.server : createHttpServer(options, metrics);
  const io: RealtimeIo = new Server(http, {
    path: options.path,
    transports: [...options.transports],
    pingInterval: options.pingIntervalMs,
    pingTimeout: options.pingTimeoutMs,
    connectTimeout: options.connectTimeoutMs,
    maxHttpBufferSize: options.maxPayloadBytes,
    serveClient: false,
    perMessageDeflate: false,
    allowRequest: allowOrigins(options.corsOrigins),
    ...(options.corsOrigins.length > 0 ? { cors: { origin: [...options.corsOrigins] } } : {}),
  });
  metrics.countSockets(() => io.sockets.sockets.size);

  let stopping = false;
  io.use(async (socket, next) => {
    try {
      if (stopping) throw new ProblemError("unavailable", "This server is stopping. Connect again.");
      socket.data.caller = authenticate === undefined ? null : await authenticate(socket.handshake);
      next();
    } catch (error) {
      if (!(error instanceof ProblemError)) log.warn({ err: error }, "a handshake could not be verified");
      const problem = socketProblemOf(error);
      metrics.handshakesRefused.inc({ code: problem.code });
      next(refusedHandshake(problem));
    }
  });

  let delivery: RunDelivery | null = null;
  let stopRuns = async (): Promise<void> => undefined;
  let isLive = (): boolean => false;
  if (runs !== undefined) {
    const reader = createRunReader(async (ids, resultIds) => {
      try {
        const found = await runs.readStates(ids, resultIds);
        metrics.reads.inc({ what: "states", outcome: "ok" });
        return found;
      } catch (error) {
        metrics.reads.inc({ what: "states", outcome: "failed" });
        log.warn({ err: error, runs: ids.length }, "could not read runs");
        throw error;
      }
    }, options.readTimeoutMs);
    const delivered = createRunDelivery(io, reader, metrics);
    delivery = delivered;
    const repair = startRunRepair({
      io,
      delivery: delivered,
      findRecentRuns: runs.findRecentRuns,
      isLive: () => isLive(),
      onError: (error) => log.warn({ err: error }, "could not look up recent runs"),
      openRunsEveryMs: options.openRunsEveryMs,
      recentRunsEveryMs: options.recentRunsEveryMs,
    });
    const subscriber = runs.subscribe({
      onEvents: (events) => delivered.take(events),
      onResubscribed: () => repair.readRecentRuns(),
    });
    isLive = () => subscriber.isLive();
    stopRuns = async () => {
      repair.stop();
      delivered.stop();
      await subscriber.stop();
    };
  }

  const live =
    options.live === undefined
      ? null
      : startLivePush({
          io,
          read: options.live,
          everyMs: options.liveEveryMs,
          metrics,
          onError: (error) => log.warn({ err: error }, "could not see how a tenant stands; the next look tries again"),
        });

  io.on("connection", (socket) => {
    // all of it before anything is awaited: a client may send at once
    limitInbound(socket, options.inbound);
    const onError = (error: unknown): void => log.warn({ err: error }, "could not answer a socket");
    handleRooms(socket, { delivery, live, roomsPerSocketMax: options.roomsPerSocketMax, onError });
    endWhenExpired(socket);
  });

  const slowTimer = setInterval(() => {
    const cut = cutSlowSockets(io, options.bufferedBytesMax);
    if (cut === 0) return;
    metrics.socketsCut.inc({ why: "slow" }, cut);
    log.warn({ sockets: cut }, "cut sockets that do not read");
  }, slowSocketsEveryMs).unref();

  let verifying = false;
  const verifyTimer = setInterval(() => {
    if (authenticate === undefined || verifying) return;
    verifying = true;
    void endRevokedSockets(io, authenticate).finally(() => {
      verifying = false;
    });
  }, options.verifyAgainEveryMs).unref();

  if (!("server" in options.listen)) await listen(http, options.listen.host, options.listen.port);

  let stopped: Promise<void> | undefined;
  return {
    io,
    port: (http.address() as AddressInfo | null)?.port ?? 0,
    isLive: () => isLive(),
    stop() {
      stopping = true;
      stopped ??= (async () => {
        clearInterval(slowTimer);
        clearInterval(verifyTimer);
        live?.stop();
        await stopRuns();
        // requests that still hang on after a second are not worth waiting for
        const limit = setTimeout(() => http.closeAllConnections(), closeGraceMs);
        await io.close();
        clearTimeout(limit);
      })();
      return stopped;
    },
  };
}

function createHttpServer(options: Pick<RealtimeOptions, "checks">, metrics: RealtimeMetrics): HttpServer {
  const health = { checks: options.checks ?? {}, metrics: metrics.registry };
  const server = createServer((req, res) => {
    if (answerHealth(req, res, health)) return;
    res
      .writeHead(404, { "content-type": "text/plain" })
      .end("only Socket.IO, /healthz, /readyz and /metrics live here");
  });
  server.requestTimeout = 30_000;
  server.headersTimeout = 10_000;
  return server;
}

function listen(server: HttpServer, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
}
