import { randomBytes } from "node:crypto";
import { promisify } from "node:util";
import { constants, gzip } from "node:zlib";
import { insertIngestBatch } from "@deskpulse/db/ingest/insert-ingest-batch";
import { readWebhookSecret } from "@deskpulse/db/ingest/webhook-secrets";
import { asTenant } from "@deskpulse/db/transaction";
import { ProblemError } from "@deskpulse/domain/errors";
import { chatwootSource } from "@deskpulse/domain/ingest/chatwoot-ids";
import { ChatwootPayload, readChatwootWebhook } from "@deskpulse/domain/ingest/chatwoot-webhook";
import { ingestEvents } from "@deskpulse/jobs/ingest/events";
import { startSharedIn } from "@deskpulse/runs/start-shared";
import type { ApiParts, Handler } from "../http/handler.ts";
import { chatwootPurpose } from "./chatwoot-secret.ts";
import { signedAtMs } from "./webhook-signature.ts";

const pack = promisify(gzip);

export const receiveChatwootWebhook: Handler<"receiveChatwootWebhook"> = async ({ params, header, body }, parts) =>
  await body.read(async (bytes) => {
    const { tenantId } = params;
    const signed = { timestamp: header("x-chatwoot-timestamp"), signature: header("x-chatwoot-signature") };
    const sentAtMs = signedAtMs(await secretOf(tenantId, parts), signed, bytes, Date.now());
    if (sentAtMs === null) {
      throw new ProblemError("unauthenticated", "the webhook is not signed with the tenant's secret, or too long ago");
    }
    const told = readChatwootWebhook(payloadOf(bytes), sentAtMs);
    if ("defect" in told) {
      throw new ProblemError("unprocessable", "the webhook is not as Chatwoot sends it", {
        errors: [{ pointer: told.defect.pointer, detail: told.defect.reason }],
      });
    }
    if (told.events.length === 0) return { status: 204, body: undefined };
    const lines = told.events.map((event) => JSON.stringify(event)).join("\n");
    const packed = await pack(lines, { level: constants.Z_BEST_SPEED });
    const { run, announce } = await asTenant(parts.database, tenantId, async (tx) => {
      const batchId = await insertIngestBatch(tx, { source: chatwootSource, format: "ndjson", body: packed });
      const request = { definition: ingestEvents, input: { batchId }, tenantId, createdBy: chatwootSource };
      return await startSharedIn(parts.runs, tx, request, 0);
    });
    announce();
    return { status: 202, body: { runId: run.id } };
  });

/** One that nobody knows where there is none, so that a tenant without looks like one with another secret. */
async function secretOf(tenantId: string, { database, secrets }: ApiParts): Promise<string> {
  const kept = await asTenant(database, tenantId, (tx) => readWebhookSecret(tx, chatwootSource));
  if (kept === null || secrets === null) return randomBytes(32).toString("hex");
  try {
    return secrets.open(kept.sealed, chatwootPurpose(tenantId));
  } catch (cause) {
    throw new ProblemError("unavailable", "the kept secret cannot be opened: SECRETS_KEY has changed", {
      retryAfterSeconds: 60,
      cause,
    });
  }
}

function payloadOf(bytes: Uint8Array): ReturnType<typeof ChatwootPayload.parse> {
  try {
    return ChatwootPayload.parse(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)));
  } catch (error) {
    throw new ProblemError("bad-request", "the body is no JSON object with an event", { cause: error });
  }
}
