import { databaseFindingKinds } from "@deskpulse/domain/performance/finding";
import { optimizeDatabase } from "@deskpulse/jobs/performance/optimize-database";
import { z } from "zod";
import { limit } from "../http/lists.ts";
import type { RouteTable } from "../http/route.ts";
import { runBody } from "../jobs/run.ts";
import { findingList, findingWithActions } from "./finding.ts";

export const databaseRoutes = {
  optimizeDatabase: {
    method: "POST",
    path: "/api/performance/optimize/database",
    role: "operator",
    idempotent: true,
    summary: `${optimizeDatabase.summary} \`mode\` is plan unless said otherwise.`,
    body: optimizeDatabase.request,
    replies: { 202: runBody },
  },
  listFindings: {
    method: "GET",
    path: "/api/performance/findings",
    role: "operator",
    summary: "What advisors saw, newest first, open or resolved.",
    query: z.strictObject({
      state: z.enum(["open", "resolved"]).optional(),
      kind: z.enum(databaseFindingKinds).optional(),
      cursor: z.uuid().optional(),
      limit,
    }),
    replies: { 200: findingList },
  },
  readFinding: {
    method: "GET",
    path: "/api/performance/findings/{findingId}",
    role: "operator",
    summary: "One finding with its actions: their SQL, its undoing, and what was measured before and after.",
    params: z.strictObject({ findingId: z.uuid().toLowerCase() }),
    replies: { 200: findingWithActions },
  },
  undoAction: {
    method: "POST",
    path: "/api/performance/actions/{actionId}/undo",
    role: "operator",
    idempotent: true,
    problems: ["conflict"],
    summary: "Takes an applied action back; refused when it is not applied or its index has been changed since.",
    params: z.strictObject({ actionId: z.uuid().toLowerCase() }),
    replies: { 202: runBody },
  },
} as const satisfies RouteTable;
