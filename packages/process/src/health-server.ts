import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import type { Registry } from "prom-client";
import { checkReadiness, type ReadinessCheck } from "./health.ts";

export interface HealthOptions {
  readonly checks: Readonly<Record<string, ReadinessCheck>>;
  readonly metrics: Registry;
}

/** Answers /healthz, /readyz and /metrics; says whether the request was one of them. */
export function answerHealth(req: IncomingMessage, res: ServerResponse, options: HealthOptions): boolean {
  if (req.method !== "GET") return false;
  switch (req.url?.split("?")[0]) {
    case "/healthz":
      send(res, 200, "application/json", '{"alive":true}');
      return true;
    case "/readyz":
      checkReadiness(options.checks).then(
        (readiness) => send(res, readiness.ready ? 200 : 503, "application/json", JSON.stringify(readiness)),
        () => send(res, 500, "text/plain", "could not check"),
      );
      return true;
    case "/metrics":
      options.metrics.metrics().then(
        (text) => send(res, 200, options.metrics.contentType, text),
        () => send(res, 500, "text/plain", "could not collect"),
      );
      return true;
    default:
      return false;
  }
}

function send(res: ServerResponse, status: number, contentType: string, body: string): void {
  res.writeHead(status, { "content-type": contentType, "cache-control": "no-store" }).end(body);
}

export interface HttpListener {
  readonly port: number;
  stop(): Promise<void>;
}

/** Answers what never became a request: it gets the parser's error and the bare socket, and has to end that. */
export type ClientErrorListener = (error: NodeJS.ErrnoException, socket: Duplex) => void;

/**
 * Listens and resolves once it does; rejects when the port is taken. `stop` waits for requests under way. Without
 * `onClientError`, Node answers by itself what it cannot read as HTTP.
 */
export async function listen(
  handler: RequestListener,
  host: string,
  port: number,
  onClientError?: ClientErrorListener,
): Promise<HttpListener> {
  const server = createServer(handler);
  if (onClientError !== undefined) server.on("clientError", onClientError);
  server.requestTimeout = 30_000;
  server.headersTimeout = 10_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
  return {
    port: (server.address() as AddressInfo).port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      }),
  };
}

/** A server for processes that speak no other HTTP. */
export function startHealthServer(options: HealthOptions, host: string, port: number): Promise<HttpListener> {
  return listen(
    (req, res) => {
      if (!answerHealth(req, res, options))
        send(res, 404, "text/plain", "only /healthz, /readyz and /metrics live here");
    },
    host,
    port,
  );
}
