import { createHash } from "node:crypto";
import { metricEntries } from "@deskpulse/contract/analytics/describe-metrics";
import type { Handler } from "../http/handler.ts";
import { matchesEtag } from "../http/matches-etag.ts";

/** The same for everybody, and made once. */
const body = { items: metricEntries() };
const etag = `"${createHash("sha256").update(JSON.stringify(body)).digest("base64url")}"`;

export const readMetrics: Handler<"readMetrics"> = async (call) => {
  const headers = { etag, "cache-control": "private" };
  if (matchesEtag(call.header("if-none-match"), etag)) return { status: 304, headers };
  return { status: 200, body, headers };
};
