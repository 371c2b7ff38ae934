import { z } from "zod";

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const subject = /^[\x21-\x7e]{1,200}$/;
const topicName = /^[a-z0-9.-]{1,64}$/;

export const operatorRooms = ["runs"] as const;
export type OperatorRoom = (typeof operatorRooms)[number];

/** A room as callers name it. */
export type Room =
  | { readonly kind: "user"; readonly subject: string }
  | { readonly kind: "tenant"; readonly tenantId: string }
  | { readonly kind: "live"; readonly tenantId: string }
  | { readonly kind: "job"; readonly runId: string }
  | { readonly kind: "topic"; readonly name: string }
  | { readonly kind: "operator"; readonly name: OperatorRoom };

interface RoomKind {
  readonly pattern: string;
  readonly who: string;
  readonly what: string;
}

/** Every kind of room: how it is named, who may join it, what arrives there. */
export const roomKinds: Readonly<Record<Room["kind"], RoomKind>> = {
  user: {
    pattern: "user:<subject>",
    who: "Yourself only. Every authenticated socket is in its own from the start.",
    what: "`job` events of the runs that you started, with small results.",
  },
  tenant: {
    pattern: "tenant:<tenantId>",
    who: "Supervisors and admins of that tenant; operators.",
    what: "`job` events of all runs of the tenant, without results (`resultUrl` instead).",
  },
  live: {
    pattern: "live:<tenantId>",
    who: "Supervisors and admins of that tenant; operators.",
    what: "`live` events: how the tenant stands, at once and within 2 seconds of each change.",
  },
  job: {
    pattern: "job:<runId>",
    who: "Who started the run, supervisors and admins of its tenant, operators. An operator's own run: operators.",
    what: "First the run's present state, then each change as a `job` event, with small results.",
  },
  topic: {
    pattern: "topic:<name>",
    who: "Members of a tenant; the topic is their own tenant's. A name is 1 to 64 of `a-z`, `0-9`, `.` and `-`.",
    what: "What is published under that name in your tenant.",
  },
  operator: {
    pattern: "operator:runs",
    who: "Operators.",
    what: "`job` events of runs without a tenant, without results (`resultUrl` instead).",
  },
};

export const roomNameLengthMax = 256;

/** What join and leave take. */
export const roomRequest = z.strictObject({
  room: z.string().min(1).max(roomNameLengthMax).describe("A room as in the table of rooms."),
});

/** Reads a room's name; null when it is none. Ids are compared in lower case. */
export function parseRoom(name: string): Room | null {
  const colon = name.indexOf(":");
  const kind = name.slice(0, colon);
  const rest = name.slice(colon + 1);
  const id = rest.toLowerCase();
  switch (kind) {
    case "user":
      return subject.test(rest) ? { kind, subject: rest } : null;
    case "tenant":
    case "live":
      return uuid.test(id) ? { kind, tenantId: id } : null;
    case "job":
      return uuid.test(id) ? { kind, runId: id } : null;
    case "topic":
      return topicName.test(rest) ? { kind, name: rest } : null;
    case "operator": {
      const known = operatorRooms.find((room) => room === rest);
      return known === undefined ? null : { kind, name: known };
    }
    default:
      return null;
  }
}
