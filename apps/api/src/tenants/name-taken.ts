import { ProblemError } from "@deskpulse/domain/errors";

export const nameTaken = (cause?: unknown): ProblemError =>
  new ProblemError("conflict", "another tenant has this name", {
    errors: [{ pointer: "/name", detail: "is taken" }],
    cause,
  });

/** Did Postgres refuse a row because another has the same unique value? */
export const isUniqueViolation = (error: unknown): boolean =>
  error instanceof Error && "code" in error && error.code === "23505";
