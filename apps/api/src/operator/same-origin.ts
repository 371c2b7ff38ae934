import type { Request } from "express";

/**
 * Did a page of ours send this? Browsers name the origin of every request that changes something, so one without it
 * is not from a page, and one with another's name is forged.
 */
export function isSameOrigin(
  request: Pick<Request, "headers" | "protocol">,
  allowedOrigins: readonly string[],
): boolean {
  const { origin, host } = request.headers;
  if (origin === undefined) return false;
  return origin === `${request.protocol}://${host}` || allowedOrigins.includes(origin);
}

export const foreignOriginText =
  "This request does not come from a page of this desk: its Origin header is missing or names another site.";
