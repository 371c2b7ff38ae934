import { ChatwootPayload } from "@deskpulse/domain/ingest/chatwoot-webhook";
import { z } from "zod";
import { noBody } from "../http/no-body.ts";
import type { RouteTable } from "../http/route.ts";
import { tenantId } from "../tenants/tenant.ts";

const params = z.strictObject({ tenantId });

/** Chatwoot's own are 24 characters. */
const secret = z.string().min(16).max(200);

export const webhookRoutes = {
  receiveChatwootWebhook: {
    method: "POST",
    path: "/api/webhooks/chatwoot/{tenantId}",
    role: "anyone",
    problems: ["unauthenticated", "unprocessable"],
    summary:
      "Takes a webhook of a Chatwoot account in, signed with the tenant's secret (X-Chatwoot-Signature, X-Chatwoot-Timestamp of the last five minutes). 204 when it tells nothing that is kept.",
    params,
    body: ChatwootPayload,
    rawBody: { mediaTypes: ["application/json"], entry: ChatwootPayload },
    bodyBytesMax: 512 * 1024,
    replies: { 202: z.strictObject({ runId: z.uuid() }), 204: noBody },
  },
  readChatwootSecret: {
    method: "GET",
    path: "/api/webhooks/chatwoot/{tenantId}/secret",
    role: "admin",
    summary:
      "Whether the tenant takes webhooks of Chatwoot, and since when with this secret. The secret itself is never told.",
    params,
    replies: { 200: z.strictObject({ isSet: z.boolean(), changedAt: z.iso.datetime().nullable() }) },
  },
  writeChatwootSecret: {
    method: "PUT",
    path: "/api/webhooks/chatwoot/{tenantId}/secret",
    role: "admin",
    summary: "Sets the secret with which a Chatwoot account signs its webhooks to the tenant; it is kept encrypted.",
    params,
    body: z.strictObject({ secret }),
    replies: { 204: noBody },
  },
  deleteChatwootSecret: {
    method: "DELETE",
    path: "/api/webhooks/chatwoot/{tenantId}/secret",
    role: "admin",
    summary: "Forgets the secret: webhooks of Chatwoot are refused from now on.",
    params,
    replies: { 204: noBody },
  },
} as const satisfies RouteTable;
