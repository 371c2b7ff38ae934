import { ProblemError } from "@deskpulse/domain/errors";
import { type Request, type RequestHandler, Router } from "express";
import { writeAudit } from "./audit.ts";
import type { Button, Pressed } from "./button.ts";
import { runOfDelivery } from "./delivery-id.ts";
import type { OperatorDeskOptions } from "./desk-options.ts";
import { queueButtons } from "./queue-buttons.ts";
import { refusedButtons } from "./refused-buttons.ts";
import { operatorOf } from "./require-operator.ts";
import { runButtons } from "./run-buttons.ts";
import { foreignOriginText, isSameOrigin } from "./same-origin.ts";
import { type DeskProblem, sendProblem } from "./send-problem.ts";

export const buttons: readonly Button[] = [...queueButtons, ...runButtons, ...refusedButtons];

/**
 * Answers every request that would change something, so that none reaches Bull Board itself: known buttons do what
 * they stand for here, all others are refused. Each leaves a row in the audit log.
 */
export function boardChanges(desk: OperatorDeskOptions): Router {
  const router = Router();
  router.use((request, _response, next) => next(isRead(request) ? "router" : undefined));
  for (const button of buttons) router[button.method](button.path, answer(desk, button));
  router.use(answer(desk, unknownButton));
  return router;
}

function isRead(request: Pick<Request, "method">): boolean {
  return request.method === "GET" || request.method === "HEAD";
}

/** A button that an update of Bull Board may bring: refused until it has a meaning here. */
const unknownButton: Pick<Button, "act" | "press"> = {
  act: "unknown-button",
  press: () => Promise.reject(new ProblemError("forbidden", "This desk does not offer that.")),
};

function answer(desk: OperatorDeskOptions, { act, press }: Pick<Button, "act" | "press">): RequestHandler {
  return async (request, response) => {
    const { caller } = operatorOf(response);
    const names = namesIn(request);
    const entry = { actor: caller.subject, act, object: objectOf(request, names) };
    const pressed = await pressIfAllowed(request).catch((error: unknown): Pressed => ({ failure: error }));
    const { status = 200, body = {}, detail = {}, failure } = pressed;
    if (failure === undefined) {
      await writeAudit(desk, { ...entry, outcome: "done", detail });
      response.status(status).json(body);
    } else if (failure instanceof ProblemError) {
      const { code, message: because } = failure;
      await writeAudit(desk, { ...entry, outcome: "refused", detail: { code, because } });
      sendProblem(response, {
        code,
        status: failure.status,
        detail: because,
        retryAfterSeconds: failure.retryAfterSeconds,
      });
    } else {
      desk.log.error({ err: failure, ...entry, ...detail }, "an operator's act failed");
      await writeAudit(desk, { ...entry, outcome: "failed", detail });
      sendProblem(response, desk.isRedisReady() ? broken : redisAway);
    }

    async function pressIfAllowed({ headers, protocol }: Request): Promise<Pressed> {
      if (!isSameOrigin({ headers, protocol }, desk.allowedOrigins))
        throw new ProblemError("forbidden", foreignOriginText);
      if (caller.readOnly) throw new ProblemError("forbidden", "You may look at everything and change nothing.");
      return await press({ desk, operator: caller, names });
    }
  };
}

const broken: DeskProblem = {
  code: "internal",
  status: 500,
  detail: "This failed, perhaps halfway. The log says why.",
};
const redisAway: DeskProblem = {
  code: "unavailable",
  status: 503,
  detail: "Redis is away, so this may be done only in part. Try again shortly.",
  retryAfterSeconds: 1,
};

function namesIn({ params }: Request): Readonly<Record<string, string>> {
  const names: Record<string, string> = {};
  for (const [name, value] of Object.entries(params)) if (typeof value === "string") names[name] = value;
  return names;
}

/** What the request is about, as the audit log names it; Postgres takes no NUL, and a log no control characters. */
function objectOf(request: Request, { queueName, jobId, schedulerId }: Readonly<Record<string, string>>): string {
  const named = (kind: string, name: string) => `${kind}:${name.slice(0, 200).replace(/[^\x20-\x7e]/g, "?")}`;
  if (jobId !== undefined) return named("run", runOfDelivery(jobId) ?? jobId);
  if (schedulerId !== undefined) return named("scheduler", schedulerId);
  if (queueName !== undefined) return named("queue", queueName);
  return named("board", `${request.method} ${request.path}`);
}
