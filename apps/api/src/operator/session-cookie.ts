import { operatorSessionTtlSeconds } from "@deskpulse/identity/operator-session";
import { parseCookie, stringifySetCookie } from "cookie";
import type { Request, Response } from "express";
import { deskPath } from "./desk-paths.ts";

const cookieName = "deskpulse_operator";

/** The session's secret out of the request's cookie; null without one. */
export function sessionSecret(request: Request): string | null {
  return parseCookie(request.headers.cookie ?? "")[cookieName] ?? null;
}

/** Hands the browser the session's secret; null takes it back. */
export function setSessionCookie(response: Response, secret: string | null, secure: boolean): void {
  const cookie = stringifySetCookie(cookieName, secret ?? "", {
    httpOnly: true,
    sameSite: "strict",
    path: deskPath,
    maxAge: secret === null ? 0 : operatorSessionTtlSeconds,
    secure,
  });
  response.append("Set-Cookie", cookie);
}
