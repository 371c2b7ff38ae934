import { z } from "zod";
import type { RouteTable } from "../http/route.ts";

export const identityRoutes = {
  createToken: {
    method: "POST",
    path: "/api/auth/token",
    role: "anyone",
    summary: "Exchanges e-mail and password for a short access token.",
    body: z.strictObject({
      email: z.string().min(3).max(320),
      password: z.string().min(1).max(1_000),
      /** Id or name; needed by those who belong to several tenants. */
      tenant: z.string().min(1).max(200).optional(),
    }),
    replies: {
      200: z.strictObject({
        accessToken: z.string(),
        tokenType: z.literal("Bearer"),
        expiresInSeconds: z.int(),
        user: z.strictObject({ id: z.uuid(), name: z.string(), email: z.string() }),
        tenant: z.strictObject({ id: z.uuid(), name: z.string() }).nullable(),
        role: z.string(),
      }),
    },
  },
} as const satisfies RouteTable;
