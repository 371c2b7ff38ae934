import { createHash, randomUUID } from "node:crypto";
import type { RouteContract } from "@deskpulse/contract/http/route";
import type { DatabasePresence } from "@deskpulse/db/presence";
import { ProblemError } from "@deskpulse/domain/errors";
import type { Caller } from "@deskpulse/domain/tenants/caller";
import { hasRole } from "@deskpulse/domain/tenants/role";
import { looksLikeApiKey } from "@deskpulse/identity/api-key";
import type { Logger } from "@deskpulse/process/logger";
import type { Request, RequestHandler, Response } from "express";
import type { Histogram } from "prom-client";
import { checkJson, escapePointer } from "./check-json.ts";
import type { ApiParts, Call } from "./handler.ts";
import { parsePart } from "./parse-part.ts";
import { countedAddress } from "./rate-limit-address.ts";
import { rawBodyOf } from "./raw-body.ts";
import { sendProblem } from "./send-problem.ts";
import { toProblem } from "./to-problem.ts";

export interface RouteOptions {
  readonly parts: ApiParts;
  readonly presence: DatabasePresence;
  readonly log: Logger;
  readonly durations: Histogram<"route" | "status">;
}

interface AnyReply {
  readonly status: number;
  readonly body?: unknown;
  /** The body as text already. */
  readonly json?: string;
  /** Text of another media type. */
  readonly text?: string;
  readonly mediaType?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Handlers seen without their row's types: the table keeps key, row and handler together. */
export type AnyHandler = (call: Call<RouteContract, never>, parts: ApiParts) => Promise<AnyReply>;

const requestIdPattern = /^[A-Za-z0-9._-]{1,64}$/;

/** The request's id: the caller's own when it is sane, else a new one. It is in the answer, the log and problems. */
export function requestIdOf(req: Request): string {
  const given = req.headers["x-request-id"];
  return typeof given === "string" && requestIdPattern.test(given) ? given : randomUUID();
}

/** Authenticates, checks the request against its row, calls the handler, answers, logs: the whole life of a request. */
export function createRoute(
  key: string,
  route: RouteContract,
  handler: AnyHandler,
  options: RouteOptions,
): RequestHandler {
  const { parts, presence, log, durations } = options;
  return (req, res) => {
    const startedAt = performance.now();
    const requestId = requestIdOf(req);
    res.setHeader("x-request-id", requestId);
    let caller: Caller | null = null;
    const serve = async (): Promise<void> => {
      const address = countedAddress(req.ip);
      parts.limiter.admitAddress(res, address);
      if (route.role !== "anyone") {
        caller = await authenticated(req, options);
        parts.limiter.admitCaller(res, caller, address);
        checkRole(route, caller);
      }
      const call = readCall(key, route, req, res, caller, parts);
      const reply = await presence.guard(() => handler(call, parts));
      send(res, reply);
    };
    serve()
      .catch((error: unknown) => {
        const problem = toProblem(error);
        const fields = { err: problem.cause ?? error, requestId, route: key };
        if (problem.code === "internal") log.error(fields, "request failed");
        else if (problem.code === "unavailable") log.warn(fields, "request could not be served");
        if (!res.headersSent) sendProblem(res, problem, requestId);
        else res.destroy();
      })
      .finally(() => {
        const ms = performance.now() - startedAt;
        durations.observe({ route: key, status: res.statusCode }, ms / 1000);
        const who = caller === null ? undefined : { user: caller.subject, tenant: caller.tenantId };
        log.info({ requestId, route: key, status: res.statusCode, ms: Math.round(ms * 10) / 10, ...who }, "request");
      });
  };
}

/** The bearer credential of a request; "" when there is none. */
const credentialOf = (req: Request): string => /^bearer +(\S+) *$/i.exec(req.headers.authorization ?? "")?.[1] ?? "";

async function authenticated(req: Request, { parts, presence }: RouteOptions): Promise<Caller> {
  const { authenticator } = parts;
  const token = credentialOf(req);
  if (token === "") throw new ProblemError("unauthenticated", "send Authorization: Bearer with a token or an API key");
  // a key is looked up in Postgres: like a handler, it must not hang while that is away
  if (looksLikeApiKey(token)) return await presence.guard(async () => authenticator.authenticate(token));
  return await authenticator.authenticate(token);
}

function checkRole(route: RouteContract, caller: Caller): void {
  const allowed =
    route.role === "operator"
      ? caller.role === "operator"
      : route.role === "anyone" || hasRole(caller.role, route.role);
  if (!allowed) throw new ProblemError("forbidden", `this is for role ${route.role}`);
  if (caller.readOnly && route.method !== "GET") throw new ProblemError("forbidden", "this operator may only read");
}

function readCall(
  key: string,
  route: RouteContract,
  req: Request,
  res: Response,
  caller: Caller | null,
  { rawBodies }: ApiParts,
): Call<RouteContract, never> {
  const raw = route.rawBody === undefined ? undefined : rawBodyOf(req, res, route, caller?.tenantId ?? "", rawBodies);
  if (raw === undefined && route.body !== undefined && req.body === undefined) {
    throw new ProblemError("unsupported-media-type", "send a body of content type application/json");
  }
  checkEncoding(req.url);
  if (route.query === undefined) checkNothing(req.query, "?");
  if (route.body === undefined) checkNothing(req.body, "/");
  checkJson(req.query);
  checkJson(req.body);
  // Every part is parsed by the row's own schema, which is what the handler's types say.
  return {
    params: route.params === undefined ? undefined : parsePart(route.params, { ...req.params }, "params"),
    query: route.query === undefined ? undefined : parsePart(route.query, { ...req.query }, "query"),
    body: raw ?? (route.body === undefined ? undefined : parsePart(route.body, req.body, "body")),
    caller,
    header: (name: string) => {
      const value = req.headers[name];
      return Array.isArray(value) ? value.join(",") : value;
    },
    prefers: (first: string, ...others: string[]) => req.accepts([first, ...others]) || first,
    get credential() {
      return credentialOf(req);
    },
    get address() {
      return countedAddress(req.ip);
    },
    get left() {
      return whenLeft(res);
    },
    route: key,
    bodyHash: () =>
      createHash("sha256")
        .update(JSON.stringify(req.body ?? null))
        .digest("base64url"),
  } as unknown as Call<RouteContract, never>;
}

/** Throws ProblemError when the query is not percent-encoded UTF-8: its parser would put U+FFFD in place. */
function checkEncoding(url: string): void {
  const query = url.indexOf("?");
  if (query === -1 || !url.includes("%", query)) return;
  try {
    decodeURIComponent(url.slice(query));
  } catch (cause) {
    throw new ProblemError("bad-request", "the query is not encoded as it should be", { cause });
  }
}

/** Throws ProblemError (bad-request) when a part that the route does not have says something all the same. */
function checkNothing(part: unknown, prefix: "?" | "/"): void {
  if (part === undefined || part === null) return;
  const names = Object.keys(part).slice(0, 20);
  if (typeof part === "object" && names.length === 0) return;
  const errors = names.map((name) => ({
    pointer: prefix + (prefix === "/" ? escapePointer(name) : name),
    detail: "is not known here",
  }));
  throw new ProblemError("bad-request", "the request cannot be read", { errors });
}

function whenLeft(res: Response): AbortSignal {
  const controller = new AbortController();
  if (res.closed) controller.abort();
  else res.on("close", () => controller.abort());
  return controller.signal;
}

function send(res: Response, reply: AnyReply): void {
  res.statusCode = reply.status;
  res.setHeader("x-content-type-options", "nosniff");
  for (const [name, value] of Object.entries(reply.headers ?? {})) res.setHeader(name, value);
  if (reply.status === 304 || reply.status === 204) {
    res.end();
    return;
  }
  const text = reply.text ?? reply.json ?? JSON.stringify(reply.body);
  res.setHeader("content-type", `${reply.mediaType ?? "application/json"}; charset=utf-8`);
  res.setHeader("content-length", Buffer.byteLength(text));
  res.end(text);
}
