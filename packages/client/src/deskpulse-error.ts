import { type ProblemCode, type ProblemPointer, problemStatuses } from "@deskpulse/domain/errors";

/** What the API answered instead of a success: its problem document. */
export class DeskpulseError extends Error {
  override readonly name = "DeskpulseError";
  readonly status: number;
  readonly code: ProblemCode;
  readonly detail: string;
  /** Where in the request something is wrong: JSON pointers into the body, or `?name`. */
  readonly errors: readonly ProblemPointer[];
  /** Tells the request apart in the logs of the API. */
  readonly requestId: string;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    problem: Pick<DeskpulseError, "status" | "code" | "detail" | "errors" | "requestId" | "retryAfterSeconds">,
  ) {
    super(`${problem.status} ${problem.code}: ${problem.detail}`);
    this.status = problem.status;
    this.code = problem.code;
    this.detail = problem.detail;
    this.errors = problem.errors;
    this.requestId = problem.requestId;
    this.retryAfterSeconds = problem.retryAfterSeconds;
  }
}

/** Reads a problem document; null when the body is none, as a proxy's own page. */
export function readProblem(status: number, headers: Headers, body: unknown): DeskpulseError | null {
  if (typeof body !== "object" || body === null || !("code" in body) || !("detail" in body)) return null;
  const { code, detail } = body;
  if (typeof code !== "string" || typeof detail !== "string") return null;
  const errors = "errors" in body && Array.isArray(body.errors) ? body.errors.filter(isPointer) : [];
  const requestId = "requestId" in body && typeof body.requestId === "string" ? body.requestId : "";
  return new DeskpulseError({
    status,
    code: knownCode(code, status),
    detail,
    errors,
    requestId,
    retryAfterSeconds: retryAfterSeconds(headers),
  });
}

const isCode = (code: string): code is ProblemCode => Object.hasOwn(problemStatuses, code);

/** A newer API may have codes that this client does not know: what counts then is the status. */
function knownCode(code: string, status: number): ProblemCode {
  if (isCode(code)) return code;
  return (
    Object.keys(problemStatuses)
      .filter(isCode)
      .find((known) => problemStatuses[known] === status) ?? "internal"
  );
}

function isPointer(value: unknown): value is ProblemPointer {
  if (typeof value !== "object" || value === null || !("pointer" in value) || !("detail" in value)) return false;
  return typeof value.pointer === "string" && typeof value.detail === "string";
}

function retryAfterSeconds(headers: Headers): number | undefined {
  const text = headers.get("retry-after");
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}
