import type { ClientToServerEvents, ServerToClientEvents } from "@deskpulse/contract/socket-events";
import type { Caller } from "@deskpulse/domain/tenants/caller";
import type { DefaultEventsMap, Server, Socket } from "socket.io";

interface SocketData {
  /** Null where a server runs without authentication: then no room can be joined. */
  caller: Caller | null;
}

export type RealtimeIo = Server<ClientToServerEvents, ServerToClientEvents, DefaultEventsMap, SocketData>;
export type RealtimeSocket = Socket<ClientToServerEvents, ServerToClientEvents, DefaultEventsMap, SocketData>;
