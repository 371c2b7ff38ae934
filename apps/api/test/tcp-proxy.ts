import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { Transform } from "node:stream";

/** A way to a server that a test can break: cut it (nobody answers), stall it (connections stand, nothing moves), slow it. */
export interface TcpProxy {
  /** The given URL, by way of the proxy. */
  through(url: string): string;
  cut(): Promise<void>;
  stall(): void;
  /** What passes in either direction does so this much later. */
  slow(delayMs: number): void;
  /** Lets everything through again: after a cut, new connections; after a stall, also the old ones go on. */
  mend(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts one before the server of `target`; with `open: false` nobody answers until `mend`. */
export async function startTcpProxy(target: string, { open = true } = {}): Promise<TcpProxy> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let stalled = false;
  let delayMs = 0;
  const delaying = () =>
    new Transform({
      transform(chunk, _encoding, pass) {
        if (delayMs === 0) pass(null, chunk);
        else setTimeout(pass, delayMs, null, chunk);
      },
    });
  const server = createServer((inner) => {
    const outer = connect({ host: hostname, port: Number(port) });
    for (const [socket, other] of [
      [inner, outer],
      [outer, inner],
    ] as const) {
      sockets.add(socket);
      socket.pipe(delaying()).pipe(other);
      if (stalled) socket.pause();
      socket.on("error", () => other.destroy());
      socket.on("close", () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
  });
  let ownPort = 0;
  const listen = () =>
    new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(ownPort, "127.0.0.1", () => {
        ownPort = (server.address() as AddressInfo).port;
        resolve();
      });
    });
  const cut = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  await listen();
  if (!open) await cut();
  return {
    through(url) {
      const proxied = new URL(url);
      proxied.hostname = "127.0.0.1";
      proxied.port = String(ownPort);
      return proxied.href;
    },
    cut,
    stall() {
      stalled = true;
      for (const socket of sockets) socket.pause();
    },
    slow(ms) {
      delayMs = ms;
    },
    async mend() {
      stalled = false;
      delayMs = 0;
      for (const socket of sockets) socket.resume();
      if (!server.listening) await listen();
    },
    async stop() {
      if (server.listening) await cut();
    },
  };
}
