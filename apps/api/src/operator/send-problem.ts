import { STATUS_CODES } from "node:http";
import type { ProblemCode } from "@deskpulse/domain/errors";
import type { Response } from "express";

export interface DeskProblem {
  readonly code: ProblemCode;
  readonly status: number;
  readonly detail: string;
  readonly retryAfterSeconds?: number | undefined;
}

/** Answers a problem document that Bull Board's page shows too: it reads `error` as a title and `message` as the text. */
export function sendProblem(response: Response, problem: DeskProblem): void {
  const { code, status, detail, retryAfterSeconds } = problem;
  const title = STATUS_CODES[status] ?? "Error";
  if (retryAfterSeconds !== undefined) response.set("Retry-After", String(retryAfterSeconds));
  response
    .status(status)
    .type("application/problem+json")
    .send(JSON.stringify({ type: "about:blank", title, status, detail, code, error: title, message: detail }));
}
