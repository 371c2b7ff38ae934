/** The closed set of problem codes. Each maps to exactly one HTTP status (RFC 9457 documents carry both). */
export const problemStatuses = {
  "bad-request": 400,
  unauthenticated: 401,
  forbidden: 403,
  "not-found": 404,
  "request-timeout": 408,
  conflict: 409,
  "payload-too-large": 413,
  "unsupported-media-type": 415,
  unprocessable: 422,
  "idempotency-key-reused": 422,
  "too-many-requests": 429,
  "headers-too-large": 431,
  internal: 500,
  unavailable: 503,
} as const;

export type ProblemCode = keyof typeof problemStatuses;

/** Where in the request something is wrong: a JSON pointer into the body, or `?name` for a query parameter. */
export interface ProblemPointer {
  readonly pointer: string;
  readonly detail: string;
}

/**
 * An error that may be shown to the caller: `detail` is public text, `cause` stays in the log.
 * Anything that is not a ProblemError answers 500 without its message.
 */
export class ProblemError extends Error {
  override readonly name = "ProblemError";
  readonly code: ProblemCode;
  readonly errors: readonly ProblemPointer[];
  readonly retryAfterSeconds: number | undefined;

  constructor(
    code: ProblemCode,
    detail: string,
    options: { errors?: readonly ProblemPointer[]; retryAfterSeconds?: number; cause?: unknown } = {},
  ) {
    super(detail, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.errors = options.errors ?? [];
    this.retryAfterSeconds = options.retryAfterSeconds;
  }

  get status(): number {
    return problemStatuses[this.code];
  }
}
