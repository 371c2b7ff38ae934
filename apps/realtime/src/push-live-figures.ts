import { waitTargetSecondsDefault } from "@deskpulse/contract/analytics/live-figures";
import { type LiveFigures, liveSignature, presentLive } from "@deskpulse/domain/analytics/live-figures";
import type { RealtimeMetrics } from "./metrics.ts";
import type { RealtimeIo, RealtimeSocket } from "./realtime-socket.ts";
import { liveRoom, tenantOfLiveRoom } from "./rooms.ts";

/** Rejects when Postgres does. */
export type ReadLive = (tenantId: string) => Promise<LiveFigures>;

export interface LivePush {
  /** Tells one socket how the tenant stands. Rejects when that cannot be read. */
  tell(socket: RealtimeSocket, tenantId: string): Promise<void>;
  stop(): void;
}

export interface LivePushOptions {
  readonly io: RealtimeIo;
  readonly read: ReadLive;
  readonly everyMs: number;
  readonly metrics: Pick<RealtimeMetrics, "events" | "reads">;
  readonly onError: (error: unknown) => void;
}

/** Reads of one round at once: the pool serves runs too. */
const readsAtOnce = 3;

/**
 * Looks every `everyMs` how the tenants stand that somebody watches on this process, and pushes what changed. Postgres is
 * asked, no hint: a look costs two queries, and only while somebody watches. A round that is late delays the next.
 */
export function startLivePush({ io, read, everyMs, metrics, onError }: LivePushOptions): LivePush {
  /** What was last pushed into each room. */
  const pushed = new Map<string, string>();
  let stopped = false;
  let isLooking = false;

  async function look(tenantId: string): Promise<void> {
    try {
      const figures = await counted(tenantId);
      const signature = liveSignature(figures);
      if (stopped || pushed.get(tenantId) === signature) return;
      pushed.set(tenantId, signature);
      io.to(liveRoom(tenantId)).emit("live", eventOf(tenantId, figures));
      metrics.events.inc({ event: "live", state: "changed" });
    } catch (error) {
      if (!stopped) onError(error);
    }
  }

  async function counted(tenantId: string): Promise<LiveFigures> {
    try {
      const figures = await read(tenantId);
      metrics.reads.inc({ what: "live", outcome: "ok" });
      return figures;
    } catch (error) {
      metrics.reads.inc({ what: "live", outcome: "failed" });
      throw error;
    }
  }

  async function lookAtAll(): Promise<void> {
    const watched = new Set([...io.of("/").adapter.rooms.keys()].flatMap((room) => tenantOfLiveRoom(room) ?? []));
    for (const tenantId of pushed.keys()) if (!watched.has(tenantId)) pushed.delete(tenantId);
    const waiting = watched.values();
    const reader = async (): Promise<void> => {
      for (const tenantId of waiting) if (!stopped) await look(tenantId);
    };
    await Promise.all(Array.from({ length: readsAtOnce }, reader));
  }

  const timer = setInterval(() => {
    if (isLooking) return;
    isLooking = true;
    void lookAtAll().finally(() => {
      isLooking = false;
    });
  }, everyMs).unref();

  return {
    async tell(socket, tenantId) {
      const figures = await counted(tenantId);
      if (!socket.rooms.has(liveRoom(tenantId))) return;
      // the next round need not say it again to who is the first here
      if (!pushed.has(tenantId)) pushed.set(tenantId, liveSignature(figures));
      socket.emit("live", eventOf(tenantId, figures));
    },
    stop() {
      stopped = true;
      clearInterval(timer);
    },
  };
}

const eventOf = (tenantId: string, figures: LiveFigures) => ({
  tenantId,
  ...presentLive(figures, waitTargetSecondsDefault),
});
