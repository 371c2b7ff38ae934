import { z } from "zod";
import { instant, limit } from "../http/lists.ts";
import type { RouteTable } from "../http/route.ts";

const text = z.string().min(1).max(300).optional();

const auditEntry = z.strictObject({
  id: z.int(),
  at: z.iso.datetime(),
  /** Null for an operator's act on the platform. */
  tenantId: z.uuid().nullable(),
  actor: z.string(),
  act: z.string(),
  object: z.string(),
  outcome: z.enum(["done", "refused", "failed"]),
  detail: z.record(z.string(), z.unknown()),
});

export const auditRoutes = {
  listAudit: {
    method: "GET",
    path: "/api/audit",
    role: "admin",
    summary: "Who did what to what, newest first: in one's own tenant, or for an operator anywhere.",
    query: z
      .strictObject({
        actor: text,
        act: text,
        object: text,
        from: instant.optional(),
        to: instant.optional(),
        cursor: z
          .string()
          .regex(/^\d{1,15}-\d{1,15}$/, "expected the nextCursor of an answer")
          .optional(),
        limit,
        tenantId: z.uuid().toLowerCase().optional(),
      })
      .refine(({ from, to }) => from === undefined || to === undefined || Date.parse(from) < Date.parse(to), {
        path: ["from"],
        error: "must lie before to",
      }),
    replies: { 200: z.strictObject({ items: z.array(auditEntry), nextCursor: z.string().nullable() }) },
  },
} as const satisfies RouteTable;
