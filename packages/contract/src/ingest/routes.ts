import { PublicEvent } from "@deskpulse/domain/ingest/public-event";
import { ingestEvents } from "@deskpulse/jobs/ingest/events";
import { z } from "zod";
import type { RouteTable } from "../http/route.ts";
import { runBody } from "../jobs/run.ts";

export const eventsPerCallMax = 10_000;

/** Whose events they are: ids are unique within a source. No colon, which parts the two where they stand together. */
const source = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, "expected 1 to 64 of a-z, 0-9, dot, dash and underscore")
  .default("api");

const isObject = (value: unknown): boolean => typeof value === "object" && value !== null && !Array.isArray(value);

export const ingestRoutes = {
  ingestEvents: {
    method: "POST",
    path: "/api/ingest/events",
    role: "admin",
    idempotent: true,
    summary: `${ingestEvents.summary} Up to ${eventsPerCallMax} a call, gzip allowed; answered when they are stored as received. The run's result counts what was accepted, known already and rejected.`,
    query: z.strictObject({ source, tenantId: z.uuid().toLowerCase().optional() }),
    body: z
      .array(z.unknown())
      .min(1)
      .max(eventsPerCallMax)
      .refine((events) => events.some(isObject), "holds no event"),
    rawBody: { mediaTypes: ["application/json", "application/x-ndjson"], entry: PublicEvent },
    bodyBytesMax: 16 * 1024 * 1024,
    replies: { 200: runBody, 202: runBody },
  },
} as const satisfies RouteTable;
