import type { RealtimeIo } from "./realtime-socket.ts";

/** Disconnects sockets that do not read what they are sent, before it fills the memory. Returns how many. */
export function cutSlowSockets(io: RealtimeIo, bufferedBytesMax: number): number {
  let cut = 0;
  for (const socket of io.sockets.sockets.values()) {
    let bytes = 0;
    const conn: { readonly writeBuffer?: readonly { readonly data?: unknown }[] } = socket.conn as object;
    for (const { data } of conn.writeBuffer ?? []) bytes += lengthOf(data);
    const transport: { readonly socket?: { readonly bufferedAmount?: number } } = socket.conn.transport as object;
    bytes += transport.socket?.bufferedAmount ?? 0;
    if (bytes <= bufferedBytesMax) continue;
    // its buffer is full: nothing more would arrive
    socket.conn.close(true);
    cut += 1;
  }
  return cut;
}

function lengthOf(data: unknown): number {
  return typeof data === "string" || data instanceof Uint8Array ? data.length : 0;
}
