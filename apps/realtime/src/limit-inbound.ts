import { ProblemError } from "@deskpulse/domain/errors";
import { socketProblemOf } from "./authenticate-socket.ts";
import type { RealtimeSocket } from "./realtime-socket.ts";

export interface InboundLimit {
  /** Events that may come at once, for example 200 joins after a reconnection. */
  readonly burst: number;
  /** Events a second in the long run. */
  readonly perSecond: number;
  /** Refused events in a row after which the socket is cut. */
  readonly refusedMax: number;
}

/** Answers the acknowledgement of a raw event, if the sender asked for one. */
export function acknowledge(args: readonly unknown[], reply: unknown): void {
  const ack = args.at(-1);
  if (typeof ack === "function") ack(reply);
}

/** Refuses events that come too fast or that nobody listens to; cuts a socket that does not stop. */
export function limitInbound(socket: RealtimeSocket, limit: InboundLimit): void {
  let tokens = limit.burst;
  let refusedInARow = 0;
  let filledAtMs = performance.now();
  socket.use((event: readonly unknown[], next) => {
    const nowMs = performance.now();
    tokens = Math.min(limit.burst, tokens + ((nowMs - filledAtMs) / 1000) * limit.perSecond);
    filledAtMs = nowMs;
    if (tokens < 1) {
      refusedInARow += 1;
      const problem = socketProblemOf(new ProblemError("too-many-requests", "Too many events. Slow down."));
      acknowledge(event, { ok: false, problem });
      if (refusedInARow > limit.refusedMax) socket.disconnect(true);
      return;
    }
    tokens -= 1;
    refusedInARow = 0;
    if (socket.listenerCount(String(event[0])) === 0) {
      acknowledge(event, { ok: false, problem: { code: "not-found", detail: "There is no such event." } });
      return;
    }
    next();
  });
}
