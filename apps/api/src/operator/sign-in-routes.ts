import { ProblemError } from "@deskpulse/domain/errors";
import {
  openOperatorSession,
  revokeOperatorSession,
  verifyOperatorSession,
} from "@deskpulse/identity/operator-session";
import { type Response, Router, urlencoded } from "express";
import { countedAddress } from "../http/rate-limit-address.ts";
import { writeAudit } from "./audit.ts";
import type { OperatorDeskOptions } from "./desk-options.ts";
import { boardPath, signInPath } from "./desk-paths.ts";
import { foreignOriginText, isSameOrigin } from "./same-origin.ts";
import { sessionSecret, setSessionCookie } from "./session-cookie.ts";
import { accountPage, refusalPage, signInPage } from "./sign-in-page.ts";

/** Sign-in and sign-out of operators, for a browser without script. */
export function signInRoutes(options: OperatorDeskOptions): Router {
  const { database, log, secureCookie } = options;
  const router = Router();

  router.get("/sign-in", async (request, response) => {
    const secret = sessionSecret(request);
    const session = secret === null ? null : await verifyOperatorSession(database, secret);
    if (session === null) sendPage(response, 200, signInPage({ next: safeNext(request.query.next) }));
    else sendPage(response, 200, accountPage({ name: session.name, readOnly: session.caller.readOnly }));
  });

  router.post(["/sign-in", "/sign-out"], (request, response, next) => {
    if (isSameOrigin(request, options.allowedOrigins)) next();
    else sendPage(response, 403, refusalPage("Refused", foreignOriginText));
  });

  router.post("/sign-in", urlencoded({ extended: false, limit: "8kb" }), async (request, response) => {
    const { email, password, next } = fieldsOf(request.body);
    try {
      const address = countedAddress(request.ip);
      const open = () => openOperatorSession(database, { email, password });
      const { secret, caller } = await options.signIns.attempt({ email, address }, open);
      await writeAudit(options, {
        actor: caller.subject,
        act: "sign-in",
        object: "board",
        outcome: "done",
        detail: {},
      });
      setSessionCookie(response, secret, secureCookie);
      response.redirect(303, safeNext(next));
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      log.warn({ email, code: error.code, ip: request.ip }, "an operator's sign-in was refused");
      if (error.retryAfterSeconds !== undefined) response.set("Retry-After", String(error.retryAfterSeconds));
      sendPage(response, error.status, signInPage({ next: safeNext(next), email, alarm: error.message }));
    }
  });

  router.post("/sign-out", async (request, response) => {
    const secret = sessionSecret(request);
    const session = secret === null ? null : await verifyOperatorSession(database, secret);
    if (secret !== null && session !== null) {
      await revokeOperatorSession(database, secret);
      const actor = session.caller.subject;
      await writeAudit(options, { actor, act: "sign-out", object: "board", outcome: "done", detail: {} });
    }
    setSessionCookie(response, null, secureCookie);
    response.redirect(303, signInPath);
  });

  return router;
}

function sendPage(response: Response, status: number, html: string): void {
  response.status(status).type("html").send(html);
}

function fieldsOf(body: unknown): { readonly email: string; readonly password: string; readonly next: string } {
  const fields = typeof body === "object" && body !== null ? (body as Readonly<Record<string, unknown>>) : {};
  const text = (name: string) => (typeof fields[name] === "string" ? fields[name] : "");
  return { email: text("email"), password: text("password"), next: text("next") };
}

/** Only the desk's own paths: the sign-in page must not send people elsewhere. */
function safeNext(next: unknown): string {
  return typeof next === "string" && /^\/admin\/(?:queues|workers|runs)([/?][\w\-./?=&%:]*)?$/.test(next)
    ? next
    : boardPath;
}
