import { signIn } from "@deskpulse/identity/sign-in";
import type { Handler } from "../http/handler.ts";

export const createToken: Handler<"createToken"> = async ({ body }, { tokenKey, database }) => {
  const { email, password, tenant } = body;
  const request = tenant === undefined ? { email, password } : { email, password, tenant };
  return {
    status: 200,
    body: await signIn(request, { ...tokenKey, database }),
    headers: { "cache-control": "no-store" },
  };
};
