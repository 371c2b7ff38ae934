import { z } from "zod";
import type { RouteTable } from "../http/route.ts";

export const docsRoutes = {
  readOpenApi: {
    method: "GET",
    path: "/api/openapi.json",
    role: "anyone",
    conditional: true,
    summary: "This API as an OpenAPI 3.1 document; `/api/docs` shows it to people.",
    replies: {
      200: z.looseObject({ openapi: z.string(), info: z.looseObject({ title: z.string(), version: z.string() }) }),
    },
  },
} as const satisfies RouteTable;
