import { isDatabaseAway, isStatementTimeout } from "@deskpulse/db/away";
import { ProblemError } from "@deskpulse/domain/errors";
import { isRedisAway } from "@deskpulse/runs/handover";

/** Errors of the body reader, by the type that they carry. */
const bodyProblems: Readonly<Record<string, () => ProblemError>> = {
  "entity.parse.failed": () => new ProblemError("bad-request", "the body is not JSON"),
  "entity.verify.failed": () => new ProblemError("bad-request", "the body is not UTF-8"),
  "entity.too.large": () => new ProblemError("payload-too-large", "the body is too large"),
  "encoding.unsupported": () => new ProblemError("unsupported-media-type", "this content encoding is not supported"),
  "charset.unsupported": () => new ProblemError("unsupported-media-type", "the body must be UTF-8"),
  "request.aborted": () => new ProblemError("bad-request", "the body broke off"),
  "request.size.invalid": () => new ProblemError("bad-request", "the body is not as long as announced"),
  "stream.encoding.set": () => new ProblemError("bad-request", "the body cannot be read"),
};

/** What the caller is told of an error; anything unexpected is `internal`, without its message. */
export function toProblem(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  if (isDatabaseAway(error)) {
    return new ProblemError("unavailable", "the database is away; try again", { retryAfterSeconds: 1, cause: error });
  }
  if (isStatementTimeout(error)) {
    return new ProblemError("unavailable", "the database took too long; try again", {
      retryAfterSeconds: 1,
      cause: error,
    });
  }
  if (isRedisAway(error)) {
    return new ProblemError("unavailable", "Redis is away; try again", { retryAfterSeconds: 1, cause: error });
  }
  if (error instanceof URIError) return new ProblemError("bad-request", "the path is not encoded as it should be");
  if (error instanceof Error && "type" in error && typeof error.type === "string") {
    const problem = bodyProblems[error.type];
    if (problem) return problem();
  }
  // zlib errors of a broken compressed body come without a type
  if (error instanceof Error && "status" in error && error.status === 400) {
    return new ProblemError("bad-request", "the request cannot be read", { cause: error });
  }
  return new ProblemError("internal", "something went wrong here; the request id finds it in the log", {
    cause: error,
  });
}
