import { z } from "zod";
import { instant, limit } from "../http/lists.ts";
import { noBody } from "../http/no-body.ts";
import type { RouteTable } from "../http/route.ts";
import { name, tenantId, tenantQuery } from "../tenants/tenant.ts";
import { apiKeyList, keyId, keyRole, newApiKeyBody } from "./api-key.ts";

export const apiKeyRoutes = {
  listApiKeys: {
    method: "GET",
    path: "/api/api-keys",
    role: "admin",
    summary: "The tenant's API keys without their secrets, newest first; expired and revoked ones too.",
    query: z.strictObject({ cursor: keyId.optional(), limit, tenantId: tenantId.optional() }),
    replies: { 200: apiKeyList },
  },
  createApiKey: {
    method: "POST",
    path: "/api/api-keys",
    role: "admin",
    summary: "Makes an API key. Its secret is in this answer and nowhere else.",
    body: z.strictObject({
      name,
      role: keyRole,
      expiresAt: instant.refine((at) => Date.parse(at) > Date.now(), "must lie ahead").optional(),
      tenantId: tenantId.optional(),
    }),
    replies: { 201: newApiKeyBody },
  },
  revokeApiKey: {
    method: "DELETE",
    path: "/api/api-keys/{keyId}",
    role: "admin",
    summary: "Ends an API key everywhere within 5 s; again does nothing.",
    params: z.strictObject({ keyId }),
    query: tenantQuery,
    replies: { 204: noBody },
  },
} as const satisfies RouteTable;
