import type { ProblemDocument } from "@deskpulse/contract/http/problem";
import type { ProblemCode, ProblemError } from "@deskpulse/domain/errors";
import type { Response } from "express";

const titles: Record<ProblemCode, string> = {
  "bad-request": "The request cannot be read",
  unauthenticated: "Not signed in",
  forbidden: "Not allowed",
  "not-found": "Not found",
  "request-timeout": "Not sent in time",
  conflict: "In conflict with the present state",
  "payload-too-large": "Too large",
  "unsupported-media-type": "Not a supported media type",
  unprocessable: "Makes no sense",
  "idempotency-key-reused": "The idempotency key was used for another request",
  "too-many-requests": "Too many requests",
  "headers-too-large": "The headers are too large",
  internal: "Something went wrong here",
  unavailable: "Not available now",
};

export const problemType = "application/problem+json; charset=utf-8";

export const describeProblem = (problem: ProblemError, requestId: string): ProblemDocument => ({
  type: `urn:deskpulse:problem:${problem.code}`,
  title: titles[problem.code],
  status: problem.status,
  detail: problem.message,
  code: problem.code,
  errors: [...problem.errors],
  requestId,
});

export function sendProblem(res: Response, problem: ProblemError, requestId: string): void {
  res.setHeader("x-request-id", requestId);
  if (problem.code === "unauthenticated") res.setHeader("www-authenticate", 'Bearer realm="deskpulse"');
  if (problem.retryAfterSeconds !== undefined) res.setHeader("retry-after", String(problem.retryAfterSeconds));
  res.status(problem.status);
  res.setHeader("x-content-type-options", "nosniff");
  res.setHeader("content-type", problemType);
  res.end(JSON.stringify(describeProblem(problem, requestId)));
}
