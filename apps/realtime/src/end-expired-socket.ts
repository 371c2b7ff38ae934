import type { RealtimeSocket } from "./realtime-socket.ts";

/** The longest wait that a Node timer can count; longer ones are waited for in pieces. */
const timerMsMax = 2 ** 31 - 1;

/** Calls back once `atMs` (epoch) has come, however far away that is. Returns how to call it off. */
export function callAt(atMs: number, callback: () => void): () => void {
  let timer: NodeJS.Timeout;
  const wait = (): void => {
    const leftMs = atMs - Date.now();
    timer = setTimeout(leftMs > timerMsMax ? wait : callback, Math.max(0, Math.min(leftMs, timerMsMax)));
    timer.unref();
  };
  wait();
  return () => clearTimeout(timer);
}

/** Tells the client that its credential is over, then disconnects it. A client does not reconnect by itself then. */
export function endSocket(socket: RealtimeSocket, detail: string): void {
  socket.emit("auth-expired", { code: "unauthenticated", detail });
  socket.disconnect(true);
}

/** Ends the socket when its caller's credential expires. */
export function endWhenExpired(socket: RealtimeSocket): void {
  const expiresAtMs = socket.data.caller?.expiresAtMs ?? null;
  if (expiresAtMs === null) return;
  const callOff = callAt(expiresAtMs, () => endSocket(socket, "The token has expired. Connect with a fresh one."));
  socket.on("disconnect", callOff);
}
