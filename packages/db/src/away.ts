/** Codes of postgres.js and the system when no connection can be had or one broke. */
const awayCodes = new Set([
  "CONNECT_TIMEOUT",
  "CONNECTION_CLOSED",
  "CONNECTION_DESTROYED",
  "CONNECTION_ENDED",
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ENOTFOUND",
  "EHOSTUNREACH",
  "ETIMEDOUT",
]);

const codeOf = (error: unknown): string =>
  typeof error === "object" && error !== null && "code" in error && typeof error.code === "string" ? error.code : "";

/** Is Postgres away (not there, shutting down, out of connections), as opposed to refusing what was asked? */
export function isDatabaseAway(error: unknown): boolean {
  const code = codeOf(error);
  // class 08: connection exceptions; 57P01-57P03: shut down or starting up; 53300: too many connections
  return awayCodes.has(code) || /^(08...|57P0[123]|53300)$/.test(code);
}

/** Did a statement run into its time limit? */
export const isStatementTimeout = (error: unknown): boolean => codeOf(error) === "57014";
