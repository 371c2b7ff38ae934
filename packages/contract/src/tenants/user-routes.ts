import { z } from "zod";
import { limit } from "../http/lists.ts";
import type { RouteTable } from "../http/route.ts";
import { name, tenantId, tenantQuery } from "./tenant.ts";
import { email, newPassword, role, userBody, userId, userList } from "./user.ts";

const params = z.strictObject({ userId });

export const userRoutes = {
  listUsers: {
    method: "GET",
    path: "/api/users",
    role: "supervisor",
    summary: "The members of the tenant, oldest id first.",
    query: z.strictObject({ cursor: userId.optional(), limit, tenantId: tenantId.optional() }),
    replies: { 200: userList },
  },
  createUser: {
    method: "POST",
    path: "/api/users",
    role: "admin",
    idempotent: true,
    problems: ["conflict"],
    summary: "Makes a user of the tenant. Who has the e-mail already joins, and keeps name and password.",
    body: z.strictObject({ email, name, role, password: newPassword.optional(), tenantId: tenantId.optional() }),
    replies: { 201: userBody },
  },
  readUser: {
    method: "GET",
    path: "/api/users/{userId}",
    role: "supervisor",
    problems: ["unprocessable"],
    summary: "One member of the tenant.",
    params,
    query: tenantQuery,
    replies: { 200: userBody },
  },
  changeUser: {
    method: "PATCH",
    path: "/api/users/{userId}",
    role: "admin",
    problems: ["conflict", "unprocessable"],
    summary:
      "Changes a member's role; and name and disabling, of who belongs to no other tenant. Role and disabling end their tokens.",
    params,
    query: tenantQuery,
    body: z
      .strictObject({ role: role.optional(), name: name.optional(), disabled: z.boolean().optional() })
      .refine((body) => Object.keys(body).length > 0, "must change something"),
    replies: { 200: userBody },
  },
  removeUser: {
    method: "DELETE",
    path: "/api/users/{userId}",
    role: "admin",
    problems: ["conflict", "unprocessable"],
    summary: "Ends a membership of the tenant, and the tokens made for it; the last admin stays.",
    params,
    query: tenantQuery,
    replies: { 200: userBody },
  },
  changeOwnPassword: {
    method: "POST",
    path: "/api/users/me/password",
    role: "agent",
    idempotent: true,
    problems: ["conflict"],
    summary: "Changes one's own password, and signs out everywhere.",
    body: z.strictObject({ oldPassword: z.string().min(1).max(1_000), newPassword }),
    replies: { 200: z.strictObject({ changedAt: z.iso.datetime() }) },
  },
} as const satisfies RouteTable;
