import { ProblemError } from "@deskpulse/domain/errors";
import { looksLikeApiKey } from "@deskpulse/identity/api-key";
import { signOut } from "@deskpulse/identity/sign-out";
import type { Handler } from "../http/handler.ts";

export const revokeToken: Handler<"revokeToken"> = async ({ body, credential }, { database, authenticator }) => {
  const { refreshToken = null } = body;
  if (refreshToken === null && (credential === "" || looksLikeApiKey(credential))) {
    throw new ProblemError("unprocessable", "there is nothing to revoke: send a refresh token or an access token", {
      errors: [{ pointer: "/refreshToken", detail: "is needed without an access token; keys end at /api/api-keys" }],
    });
  }
  // what does not count (any more) needs no revoking
  const accessToken = credential === "" ? null : await authenticator.readToken(credential);
  await signOut(database, { refreshToken, accessToken });
  return { status: 204, body: undefined };
};
