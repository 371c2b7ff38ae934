import { type RequestHandler, Router } from "express";
import { createBoard } from "./board.ts";
import { boardChanges } from "./board-changes.ts";
import type { OperatorDeskOptions } from "./desk-options.ts";
import { boardPath } from "./desk-paths.ts";
import { KnownDepths } from "./known-depths.ts";
import { overviewRoutes } from "./overview-routes.ts";
import { operatorOf, requireOperator } from "./require-operator.ts";
import { boardHeaders, pageHeaders } from "./security-headers.ts";
import { sendProblem } from "./send-problem.ts";
import { signInRoutes } from "./sign-in-routes.ts";

/**
 * The operators' corner: sign-in and Bull Board behind it, to be mounted at `deskPath`. What it needs is heavy, so the
 * app imports this file when the first operator comes.
 */
export function createOperatorDesk(options: OperatorDeskOptions): Router {
  const { database, queues, secureCookie } = options;
  const depths = new KnownDepths(database);
  const board = createBoard(queues, depths, { readOnly: false });
  const readOnlyBoard = createBoard(queues, depths, { readOnly: true });
  const desk = Router();

  desk.use(notStored);
  desk.get("/", (_request, response) => response.redirect(303, boardPath));
  desk.use(["/sign-in", "/sign-out"], pageHeaders(secureCookie));
  desk.use(signInRoutes(options));
  desk.use(["/workers", "/runs"], pageHeaders(secureCookie), requireOperator(database));
  desk.use(overviewRoutes(options));
  desk.use(
    "/queues",
    boardHeaders(secureCookie),
    requireOperator(database),
    boardChanges(options),
    readsNeedRedis(options),
    boundedPages(depths),
    (request, response, next) => {
      const shown = operatorOf(response).caller.readOnly ? readOnlyBoard : board;
      return shown(request, response, next);
    },
  );
  return desk;
}

/** What the desk shows is nobody else's business; the board's own files may stay in the browser for an hour. */
const notStored: RequestHandler = (request, response, next) => {
  const isFile = request.path.startsWith("/queues/static/");
  response.set("Cache-Control", isFile ? "private, max-age=3600" : "no-store");
  next();
};

function readsNeedRedis({ isRedisReady }: OperatorDeskOptions): RequestHandler {
  return (request, response, next) => {
    if (!request.path.startsWith("/api/") || isRedisReady()) return next();
    const detail = "Redis is away, so the queues cannot be shown. Runs are still accepted.";
    sendProblem(response, { code: "unavailable", status: 503, detail, retryAfterSeconds: 1 });
  };
}

const jobsPerPageMax = 100;

/** A page of the board is short whatever is asked for, and says what waits in Postgres. */
function boundedPages(depths: KnownDepths): RequestHandler {
  return async (request, response, next) => {
    if (request.path !== "/api/queues") return next();
    if (Number(request.query.jobsPerPage ?? 0) > jobsPerPageMax) {
      const detail = `A page shows ${jobsPerPageMax} jobs at most.`;
      return sendProblem(response, { code: "bad-request", status: 400, detail });
    }
    await depths.refresh();
    next();
  };
}
