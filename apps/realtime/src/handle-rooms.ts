import { roomRequest } from "@deskpulse/contract/realtime/rooms";
import type { RunStateRow } from "@deskpulse/db/jobs/read-run-states";
import { ProblemError } from "@deskpulse/domain/errors";
import type { Caller } from "@deskpulse/domain/tenants/caller";
import { socketProblemOf } from "./authenticate-socket.ts";
import type { RunDelivery } from "./deliver-runs.ts";
import { jobEventOf } from "./job-event.ts";
import { acknowledge } from "./limit-inbound.ts";
import type { LivePush } from "./push-live-figures.ts";
import type { RealtimeSocket } from "./realtime-socket.ts";
import { findRoom, maySeeRun, noSuchRoom, type RoomTarget, userRoom } from "./rooms.ts";

export interface RoomOptions {
  /** Null where a server has no access to runs. */
  readonly delivery: RunDelivery | null;
  /** Null where a server cannot say how tenants stand. */
  readonly live: LivePush | null;
  readonly roomsPerSocketMax: number;
  readonly onError: (error: unknown) => void;
}

/** Answers `join` and `leave` of one socket and puts it into its own user room. */
export function handleRooms(socket: RealtimeSocket, options: RoomOptions): void {
  const { delivery, live, roomsPerSocketMax, onError } = options;
  /** Rooms whose run is being read. A leave takes them out again. */
  const entering = new Set<string>();

  function targetOf(payload: unknown): { caller: Caller; target: RoomTarget } {
    const { caller } = socket.data;
    if (caller === null) throw new ProblemError("unauthenticated", "This server has no authentication.");
    const request = roomRequest.safeParse(payload);
    if (!request.success) throw new ProblemError("bad-request", "Expected { room } with the name of a room.");
    return { caller, target: findRoom(caller, request.data.room) };
  }

  async function join(payload: unknown, done: () => void): Promise<void> {
    const { caller, target } = targetOf(payload);
    const { room } = target;
    if (!socket.rooms.has(room) && !entering.has(room) && socket.rooms.size + entering.size >= roomsPerSocketMax) {
      throw new ProblemError("conflict", `A socket can be in ${roomsPerSocketMax} rooms at most. Leave one first.`);
    }
    if (target.kind === "plain") {
      void socket.join(room);
      return done();
    }
    if (target.kind === "live") {
      if (live === null) throw new ProblemError("unavailable", "How tenants stand cannot be read here.");
      void socket.join(room);
      done();
      // a look that fails is made up for by the next round
      return await live.tell(socket, target.tenantId).catch(onError);
    }
    if (delivery === null) throw new ProblemError("unavailable", "Runs cannot be read here.");
    entering.add(room);
    let run: RunStateRow | null;
    let stayed = false;
    try {
      run = await delivery.readFor(socket.id, target.runId);
    } finally {
      stayed = entering.delete(room) || socket.rooms.has(room);
    }
    // nothing may be awaited from here to the join: a change would fall between them
    if (!stayed) throw new ProblemError("conflict", "You left the room before you were in it.");
    if (run === null || !maySeeRun(caller, run)) throw noSuchRoom();
    if (!socket.connected) return;
    void socket.join(room);
    delivery.watch(run);
    done();
    socket.emit("job", jobEventOf(run, true));
  }

  const reply = (args: readonly unknown[], answer: (done: () => void) => Promise<void>): void => {
    answer(() => acknowledge(args, { ok: true })).catch((error: unknown) => {
      if (!(error instanceof ProblemError)) onError(error);
      acknowledge(args, { ok: false, problem: socketProblemOf(error) });
    });
  };

  socket.on("join", (...args: readonly unknown[]) => reply(args, (done) => join(args[0], done)));
  socket.on("leave", (...args: readonly unknown[]) =>
    reply(args, async (done) => {
      const { room } = targetOf(args[0]).target;
      entering.delete(room);
      void socket.leave(room);
      done();
    }),
  );
  const { caller } = socket.data;
  if (caller !== null) void socket.join(userRoom(caller.tenantId, caller.subject));
}
