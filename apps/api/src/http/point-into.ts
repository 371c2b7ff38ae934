import { ProblemError } from "@deskpulse/domain/errors";

/** The part of the HTTP request from which something was read that the domain calls by its own name. */
export type Source = "query" | `/${string}`;

/** Does `work`; a ProblemError of it points into the HTTP request: `/from` becomes `?from`, or `/input/from`. */
export function pointing<T>(source: Source, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof ProblemError ? pointInto(source, error) : error;
  }
}

function pointInto(source: Source, { code, message, errors, retryAfterSeconds, cause }: ProblemError): ProblemError {
  return new ProblemError(code, message, {
    errors: errors.map(({ pointer, detail }) => ({
      pointer: source === "query" ? pointer.replace(/^\//, "?").replaceAll("/", ".") : `${source}${pointer}`,
      detail,
    })),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    ...(cause === undefined ? {} : { cause }),
  });
}
