import { z } from "zod";
import type { RouteTable } from "../http/route.ts";

const worker = z.strictObject({
  id: z.uuid(),
  host: z.string(),
  pid: z.int(),
  version: z.string(),
  startedAt: z.iso.datetime(),
  heartbeatAt: z.iso.datetime(),
  /** Is its heartbeat young enough to keep its runs? */
  alive: z.boolean(),
  activeRuns: z.int().nonnegative(),
});

export const workerRoutes = {
  listWorkers: {
    method: "GET",
    path: "/api/workers",
    role: "operator",
    summary: "The workers that have not signed off, at most 500, living ones first.",
    replies: { 200: z.strictObject({ sampledAt: z.iso.datetime(), workers: z.array(worker) }) },
  },
} as const satisfies RouteTable;
