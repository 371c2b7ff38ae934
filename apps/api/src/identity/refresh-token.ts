import { refresh } from "@deskpulse/identity/refresh";
import type { Handler } from "../http/handler.ts";

export const refreshToken: Handler<"refreshToken"> = async ({ body }, { tokenKey, database }) => ({
  status: 200,
  body: await refresh(body.refreshToken, { ...tokenKey, database }),
  headers: { "cache-control": "no-store" },
});
