import { ProblemError } from "@deskpulse/domain/errors";

export const waitMaxSeconds = 30;

/**
 * How long the caller prefers to wait for the end of the run (RFC 7240), milliseconds: undefined when it says nothing,
 * 0 for `respond-async`. More than 30 s means 30 s. Throws ProblemError (bad-request) for a wait that is no number.
 */
export function preferredWaitMs(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  let waitMs: number | undefined;
  for (const preference of header.split(",").map((part) => part.trim().toLowerCase())) {
    if (preference === "respond-async") waitMs ??= 0;
    const wait = /^wait\s*=\s*"?([^"]*)"?$/.exec(preference)?.[1];
    if (wait === undefined) continue;
    if (!/^\d{1,9}$/.test(wait)) {
      throw new ProblemError("bad-request", "Prefer: wait takes a whole number of seconds", {
        errors: [{ pointer: "Prefer", detail: "expected wait=SECONDS" }],
      });
    }
    waitMs = Math.min(Number(wait), waitMaxSeconds) * 1_000;
  }
  return waitMs;
}
