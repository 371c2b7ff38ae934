import type { TenantRole } from "@deskpulse/domain/tenants/role";
import type { z } from "zod";
import { liveEvent } from "./analytics/live-figures.ts";
import { jobEvent } from "./realtime/job-event.ts";
import { doneOrProblem, socketProblem } from "./realtime/problem.ts";
import { roomRequest } from "./realtime/rooms.ts";

interface SocketEventContract {
  readonly direction: "to-server" | "to-client";
  readonly payload: z.ZodType;
  /** What the receiver answers through the acknowledgement; null: nothing. */
  readonly ack: z.ZodType | null;
  /** The weakest role that may send it (to-server) or can receive it (to-client). Rooms narrow it further. */
  readonly role: TenantRole | "operator";
  readonly description: string;
}

/** Every event on a socket. docs/realtime.md, the server's types and the client's derive from it. */
export const socketEvents = {
  join: {
    direction: "to-server",
    payload: roomRequest,
    ack: doneOrProblem,
    role: "agent",
    description:
      "Enter a room. After the acknowledgement of a `job:` room comes one `job` event with the run's present state, " +
      "also when the run has ended long ago. Joining twice is the same as once.",
  },
  leave: {
    direction: "to-server",
    payload: roomRequest,
    ack: doneOrProblem,
    role: "agent",
    description: "Leave a room. Leaving one that you are not in is acknowledged as well.",
  },
  job: {
    direction: "to-client",
    payload: jobEvent,
    ack: null,
    role: "agent",
    description: "A run changed. A socket that is in several rooms of the run gets the event once.",
  },
  live: {
    direction: "to-client",
    payload: liveEvent,
    ack: null,
    role: "supervisor",
    description:
      "How a tenant stands (as `GET /api/analytics/realtime` says it, with a target of an hour): once after joining its " +
      "`live:` room, and again within 2 seconds of a change. Waits grow by themselves, which is not pushed: add the time " +
      "since `sampledAt`. Each event is complete; after a new connection join again.",
  },
  "auth-expired": {
    direction: "to-client",
    payload: socketProblem,
    ack: null,
    role: "agent",
    description:
      "The credential has expired or was revoked. The server disconnects right after it: " +
      "connect again with a fresh credential.",
  },
} as const satisfies Record<string, SocketEventContract>;

export type SocketEvents = typeof socketEvents;
export type SocketEventName = keyof SocketEvents;

type NamesTo<Direction extends SocketEventContract["direction"]> = {
  [Name in SocketEventName]: SocketEvents[Name]["direction"] extends Direction ? Name : never;
}[SocketEventName];

type Listener<Event extends SocketEventContract> = Event["ack"] extends z.ZodType
  ? (payload: z.output<Event["payload"]>, ack: (reply: z.output<Event["ack"]>) => void) => void
  : (payload: z.output<Event["payload"]>) => void;

/** For Socket.IO's `Server` and `Socket` types. */
export type ClientToServerEvents = { [Name in NamesTo<"to-server">]: Listener<SocketEvents[Name]> };
export type ServerToClientEvents = { [Name in NamesTo<"to-client">]: Listener<SocketEvents[Name]> };
