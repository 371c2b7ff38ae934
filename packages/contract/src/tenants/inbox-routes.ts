import { z } from "zod";
import { limit } from "../http/lists.ts";
import type { RouteTable } from "../http/route.ts";
import { hours, name, tenantId, tenantQuery, zone } from "./tenant.ts";

/** Row numbers come as digits in paths and queries. */
const rowNumber = z
  .string()
  .regex(/^[1-9]\d{0,14}$/, "expected a whole number")
  .transform(Number);
const params = z.strictObject({ inboxId: rowNumber });
const listQuery = z.strictObject({ cursor: rowNumber.optional(), limit, tenantId: tenantId.optional() });
const nextCursor = z.string().nullable();
const channel = z.string().regex(/^[a-z][a-z0-9_-]{0,49}$/, "expected lower-case letters, digits, - and _");

/** An inbox. Without zone or hours of its own it has the tenant's. */
const inboxBody = z.strictObject({
  id: z.int(),
  name: z.string(),
  channel: z.string(),
  timezone: z.string().nullable(),
  workingHours: hours,
});
const named = z.strictObject({ id: z.int(), name: z.string() });

export const inboxRoutes = {
  listInboxes: {
    method: "GET",
    path: "/api/inboxes",
    role: "supervisor",
    summary: "The inboxes of the tenant.",
    query: listQuery,
    replies: { 200: z.strictObject({ items: z.array(inboxBody), nextCursor }) },
  },
  createInbox: {
    method: "POST",
    path: "/api/inboxes",
    role: "admin",
    idempotent: true,
    summary: "Makes an inbox of the tenant.",
    body: z.strictObject({
      name,
      channel,
      timezone: zone.nullable().default(null),
      workingHours: hours.default(null),
      tenantId: tenantId.optional(),
    }),
    replies: { 201: inboxBody },
  },
  readInbox: {
    method: "GET",
    path: "/api/inboxes/{inboxId}",
    role: "supervisor",
    problems: ["unprocessable"],
    summary: "One inbox.",
    params,
    query: tenantQuery,
    replies: { 200: inboxBody },
  },
  changeInbox: {
    method: "PATCH",
    path: "/api/inboxes/{inboxId}",
    role: "admin",
    problems: ["unprocessable"],
    summary: "Changes an inbox. New hours or a new zone measure business time anew, by a run.",
    params,
    query: tenantQuery,
    body: z
      .strictObject({
        name: name.optional(),
        channel: channel.optional(),
        timezone: zone.nullable().optional(),
        workingHours: hours.optional(),
      })
      .refine((body) => Object.keys(body).length > 0, "must change something"),
    replies: { 200: inboxBody },
  },
  listTeams: {
    method: "GET",
    path: "/api/teams",
    role: "supervisor",
    summary: "The teams of the tenant.",
    query: listQuery,
    replies: { 200: z.strictObject({ items: z.array(named), nextCursor }) },
  },
  listLabels: {
    method: "GET",
    path: "/api/labels",
    role: "supervisor",
    summary: "The labels of the tenant.",
    query: listQuery,
    replies: { 200: z.strictObject({ items: z.array(named), nextCursor }) },
  },
} as const satisfies RouteTable;
