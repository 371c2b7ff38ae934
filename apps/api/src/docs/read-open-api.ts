import { createHash } from "node:crypto";
import { type OpenApiDocument, openApiDocument } from "@deskpulse/contract/openapi/document";
import type { Handler } from "../http/handler.ts";
import { matchesEtag } from "../http/matches-etag.ts";

let made: { readonly document: OpenApiDocument; readonly etag: string } | undefined;

/** Made at the first request: the contract does not change while a process lives. */
function openApi() {
  if (made !== undefined) return made;
  const document = openApiDocument();
  const hash = createHash("sha256").update(JSON.stringify(document)).digest("base64url");
  made = { document, etag: `"${hash}"` };
  return made;
}

export const readOpenApi: Handler<"readOpenApi"> = async ({ header }) => {
  const { document, etag } = openApi();
  const headers = { etag, "cache-control": "public, max-age=0, must-revalidate" };
  if (matchesEtag(header("if-none-match"), etag)) return { status: 304, headers };
  return { status: 200, body: { ...document, info: { ...document.info } }, headers };
};
