import type { Server as HttpServer } from "node:http";
import type { ReadinessCheck } from "@deskpulse/process/health";
import type { Logger } from "@deskpulse/process/logger";
import type { PushEvent } from "@deskpulse/push/push-event";
import type { Subscriber } from "@deskpulse/push/subscriber";
import type { AuthenticateHandshake } from "./authenticate-socket.ts";
import type { RealtimeMetrics } from "./metrics.ts";
import type { ReadLive } from "./push-live-figures.ts";
import type { FindRecentRuns } from "./repair-runs.ts";
import type { ReadRunStates } from "./run-reader.ts";

/** Where runs come from. Functions, so that this app decides neither connections nor transactions. */
export interface RunSource {
  readonly readStates: ReadRunStates;
  readonly findRecentRuns: FindRecentRuns;
  readonly subscribe: (handlers: {
    readonly onEvents: (events: readonly PushEvent[]) => void;
    readonly onResubscribed: () => void;
  }) => Subscriber;
}

export interface RealtimeOptions {
  /** A server of somebody else's, or where to listen (then health and metrics are answered there too). */
  readonly listen: { readonly server: HttpServer } | { readonly host: string; readonly port: number };
  readonly log: Logger;
  /** Absent: everybody gets in and nobody can join a room. */
  readonly authenticate?: AuthenticateHandshake;
  /** Absent: no `job` events. */
  readonly runs?: RunSource;
  /** Absent: nobody can watch how a tenant stands. */
  readonly live?: ReadLive;
  readonly checks?: Readonly<Record<string, ReadinessCheck>>;
  readonly metrics?: RealtimeMetrics;
  readonly path?: string;
  /** Origins from which browsers may connect, beside the server's own. */
  readonly corsOrigins?: readonly string[];
  readonly transports?: readonly ("polling" | "websocket")[];
  readonly pingIntervalMs?: number;
  readonly pingTimeoutMs?: number;
  readonly connectTimeoutMs?: number;
  /** Of one inbound packet. */
  readonly maxPayloadBytes?: number;
  /** Unread bytes for one socket, above which it is cut. */
  readonly bufferedBytesMax?: number;
  readonly roomsPerSocketMax?: number;
  readonly inbound?: { readonly burst: number; readonly perSecond: number; readonly refusedMax: number };
  /** Between two verifications of every socket's credential. */
  readonly verifyAgainEveryMs?: number;
  /** Between two looks at how watched tenants stand. */
  readonly liveEveryMs?: number;
  readonly openRunsEveryMs?: number;
  readonly recentRunsEveryMs?: { readonly live: number; readonly dead: number };
  /** How long a grouped read of runs may take. */
  readonly readTimeoutMs?: number;
}

export const realtimeDefaults = {
  path: "/socket.io/",
  corsOrigins: [],
  transports: ["polling", "websocket"],
  pingIntervalMs: 25_000,
  pingTimeoutMs: 20_000,
  connectTimeoutMs: 10_000,
  maxPayloadBytes: 64 * 1024,
  bufferedBytesMax: 4 * 1024 * 1024,
  roomsPerSocketMax: 200,
  inbound: { burst: 400, perSecond: 50, refusedMax: 1_000 },
  verifyAgainEveryMs: 2_000,
  liveEveryMs: 1_000,
  openRunsEveryMs: 2_000,
  recentRunsEveryMs: { live: 15_000, dead: 3_000 },
  readTimeoutMs: 6_000,
} as const satisfies Partial<RealtimeOptions>;
