import { z } from "zod";
import { noBody } from "../http/no-body.ts";
import type { RouteTable } from "../http/route.ts";

const refreshToken = z.string().min(1).max(200);

const signedIn = z.strictObject({
  accessToken: z.string(),
  tokenType: z.literal("Bearer"),
  expiresInSeconds: z.int(),
  refreshToken: z.string(),
  refreshExpiresInSeconds: z.int(),
  user: z.strictObject({ id: z.uuid(), name: z.string(), email: z.string() }),
  /** Null for an operator. */
  tenant: z.strictObject({ id: z.uuid(), name: z.string() }).nullable(),
  role: z.string(),
});

export const identityRoutes = {
  createToken: {
    method: "POST",
    path: "/api/auth/token",
    role: "anyone",
    problems: ["unauthenticated"],
    summary: "Exchanges e-mail and password for a short access token and a refresh token.",
    body: z.strictObject({
      email: z.string().min(3).max(320),
      password: z.string().min(1).max(1_000),
      /** Id or name; needed by those who belong to several tenants. */
      tenant: z.string().min(1).max(200).optional(),
    }),
    replies: { 200: signedIn },
  },
  refreshToken: {
    method: "POST",
    path: "/api/auth/refresh",
    role: "anyone",
    problems: ["unauthenticated"],
    summary: "Exchanges a refresh token for a new one and an access token. One that comes twice ends its whole family.",
    body: z.strictObject({ refreshToken }),
    replies: { 200: signedIn },
  },
  revokeToken: {
    method: "POST",
    path: "/api/auth/revoke",
    role: "anyone",
    summary:
      "Signs out: ends the refresh token with its family, and the access token in Authorization. Again does nothing.",
    body: z.strictObject({ refreshToken: refreshToken.optional() }),
    replies: { 204: noBody },
  },
} as const satisfies RouteTable;
