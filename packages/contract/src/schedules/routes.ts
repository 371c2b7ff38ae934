import { catchUpPolicies, overlapPolicies } from "@deskpulse/domain/schedules/schedule";
import { z } from "zod";
import { limit } from "../http/lists.ts";
import type { RouteTable } from "../http/route.ts";
import { runBody } from "../jobs/run.ts";
import { priority } from "../jobs/start.ts";
import { scheduleBody, scheduleList, scheduleWithSlots } from "./schedule.ts";

const scheduleId = z.strictObject({ scheduleId: z.uuid().toLowerCase() });
const tenantId = z.uuid().toLowerCase().optional();
const times = {
  name: z.string().min(1).max(200),
  /** Five fields, or six with seconds first. */
  cron: z.string().min(1).max(200),
  /** IANA; default the tenant's. */
  timezone: z.string().min(1).max(64),
  input: z.unknown(),
  catchUp: z.enum(catchUpPolicies),
  overlap: z.enum(overlapPolicies),
  priority,
  enabled: z.boolean(),
};

export const schedulesRoutes = {
  listSchedules: {
    method: "GET",
    path: "/api/schedules",
    role: "admin",
    summary: "Schedules of the tenant, newest first; for an operator those of the platform, or of the tenant it names.",
    query: z.strictObject({ cursor: z.uuid().optional(), limit, tenantId }),
    replies: { 200: scheduleList },
  },
  createSchedule: {
    method: "POST",
    path: "/api/schedules",
    role: "admin",
    idempotent: true,
    problems: ["conflict"],
    summary: "Lets a job start by itself at the times of a cron expression in a zone; at most 100 a tenant.",
    body: z.strictObject({
      ...times,
      job: z.string().max(100),
      input: times.input.default({}),
      timezone: times.timezone.optional(),
      catchUp: times.catchUp.default("latest"),
      overlap: times.overlap.default("skip"),
      priority: priority.default(0),
      enabled: times.enabled.default(true),
      tenantId,
    }),
    replies: { 201: scheduleBody },
  },
  readSchedule: {
    method: "GET",
    path: "/api/schedules/{scheduleId}",
    role: "admin",
    summary: "One schedule with its next ten times and what became of its newest slots.",
    params: scheduleId,
    replies: { 200: scheduleWithSlots },
  },
  changeSchedule: {
    method: "PATCH",
    path: "/api/schedules/{scheduleId}",
    role: "admin",
    problems: ["conflict"],
    summary: "Changes a schedule from now on; one that comes with a job can only be enabled and disabled.",
    params: scheduleId,
    body: z.strictObject(times).partial(),
    replies: { 200: scheduleBody },
  },
  deleteSchedule: {
    method: "DELETE",
    path: "/api/schedules/{scheduleId}",
    role: "admin",
    problems: ["conflict"],
    summary: "Takes a schedule away and answers what it was; its runs stay.",
    params: scheduleId,
    replies: { 200: scheduleBody },
  },
  runScheduleNow: {
    method: "POST",
    path: "/api/schedules/{scheduleId}/run-now",
    role: "admin",
    idempotent: true,
    summary: "Starts a run of the schedule at once, beside its times and whatever its overlap policy says.",
    params: scheduleId,
    replies: { 202: runBody },
  },
} as const satisfies RouteTable;
