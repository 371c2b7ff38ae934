import { isUtf8 } from "node:buffer";
import type { RouteContract } from "@deskpulse/contract/http/route";
import { routes } from "@deskpulse/contract/routes";
import { ProblemError } from "@deskpulse/domain/errors";
import { answerHealth, type HealthOptions } from "@deskpulse/process/health-server";
import express, { type Express, type Router } from "express";
import { docsPath } from "./docs/docs-path.ts";
import { handlers } from "./handlers.ts";
import { type AnyHandler, createRoute, type RouteOptions, requestIdOf } from "./http/create-route.ts";
import { sendProblem } from "./http/send-problem.ts";
import { toProblem } from "./http/to-problem.ts";
import { deskPath } from "./operator/desk-paths.ts";

export interface ApiOptions extends RouteOptions {
  readonly health: HealthOptions;
  readonly bodyBytesMax: number;
  /** Proxies whose X-Forwarded-For tells the caller's address. */
  readonly trustedProxies: readonly string[];
  /** Bull Board; loaded at its first request, because few processes are ever asked for it. */
  readonly loadDesk: () => Promise<Router>;
  /** The page that shows the contract; loaded on demand as well. */
  readonly loadDocsPage: () => Promise<Router>;
}

/** The Express app: one row of the contract, one handler. */
export function createApp(options: ApiOptions): Express {
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  app.set("query parser", "simple");
  app.set("trust proxy", options.trustedProxies.length === 0 ? false : [...options.trustedProxies]);
  const readBody = bodyReader(options.bodyBytesMax);
  for (const [key, route] of Object.entries<RouteContract>(routes)) {
    // key, row and handler belong together by the type of the handlers' map
    const handler = handlers[key as keyof typeof handlers] as unknown as AnyHandler;
    const path = route.path.replaceAll("{", ":").replaceAll("}", "");
    const serve = createRoute(key, route, handler, options);
    const method = route.method.toLowerCase() as "get" | "post" | "put" | "patch" | "delete";
    // bytes are read by the route itself, when it knows the caller
    if (route.method === "GET" || route.rawBody !== undefined) app[method](path, serve);
    else app[method](path, route.bodyBytesMax === undefined ? readBody : bodyReader(route.bodyBytesMax), serve);
  }
  // after the routes, which are asked far more often
  app.use((req, res, next) => {
    if (!answerHealth(req, res, options.health)) next();
  });
  mountOnDemand(app, deskPath, options.loadDesk);
  mountOnDemand(app, docsPath, options.loadDocsPage);
  app.use((req, res) => {
    sendProblem(res, new ProblemError("not-found", "there is nothing at this path"), requestIdOf(req));
  });
  app.use(((error, req, res, _next) => {
    const problem = toProblem(error);
    const requestId = requestIdOf(req);
    if (problem.code === "internal") options.log.error({ err: error, requestId }, "request failed");
    if (res.headersSent) res.destroy();
    else sendProblem(res, problem, requestId);
  }) satisfies express.ErrorRequestHandler);
  return app;
}

function bodyReader(bytesMax: number) {
  return express.json({
    limit: bytesMax,
    strict: false,
    // Express would put U+FFFD in place of what is no UTF-8, and read UTF-16 and UTF-32 as well
    verify: (_req, _res, bytes, charset) => {
      if (charset !== "utf-8") throw Object.assign(new Error("not UTF-8"), { type: "charset.unsupported" });
      if (!isUtf8(bytes)) throw new Error("not UTF-8");
    },
  });
}

function mountOnDemand(app: Express, path: string, load: () => Promise<Router>): void {
  let loaded: Promise<Router> | undefined;
  app.use(path, (req, res, next) => {
    loaded ??= load().catch((error: unknown) => {
      loaded = undefined;
      throw error;
    });
    loaded.then((router) => router(req, res, next), next);
  });
}
