import type { Database } from "@deskpulse/db/connect";
import { type OperatorSession, verifyOperatorSession } from "@deskpulse/identity/operator-session";
import type { Request, RequestHandler, Response } from "express";
import { boardPath, signInPath } from "./desk-paths.ts";
import { sendProblem } from "./send-problem.ts";
import { sessionSecret } from "./session-cookie.ts";

const sessions = new WeakMap<Response, OperatorSession>();

/** Lets operators with a session in; sends everyone else to the sign-in page, and calls of the board's API away. */
export function requireOperator(database: Database): RequestHandler {
  return async (request, response, next) => {
    const secret = sessionSecret(request);
    const session = secret === null ? null : await verifyOperatorSession(database, secret);
    if (session !== null) {
      sessions.set(response, session);
      next();
    } else if (isPage(request)) {
      response.redirect(303, `${signInPath}?next=${encodeURIComponent(request.originalUrl)}`);
    } else {
      sendProblem(response, { code: "unauthenticated", status: 401, detail: "Your session is over. Sign in again." });
    }
  };
}

/** The operator whom `requireOperator` let in. */
export function operatorOf(response: Response): OperatorSession {
  const session = sessions.get(response);
  if (session === undefined) throw new Error("the route is not behind requireOperator");
  return session;
}

function isPage(request: Request): boolean {
  const isRead = request.method === "GET" || request.method === "HEAD";
  return isRead && !request.originalUrl.startsWith(`${boardPath}/api/`);
}
