import { signIn } from "@deskpulse/identity/sign-in";
import type { Handler } from "../http/handler.ts";

export const createToken: Handler<"createToken"> = async ({ body, address }, { tokenKey, database, signIns }) => {
  const { email, password, tenant } = body;
  const request = tenant === undefined ? { email, password } : { email, password, tenant };
  const signedIn = await signIns.attempt({ email, address }, () => signIn(request, { ...tokenKey, database }));
  return { status: 200, body: signedIn, headers: { "cache-control": "no-store" } };
};
