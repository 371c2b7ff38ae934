import { parseRoom } from "@deskpulse/contract/realtime/rooms";
import { ProblemError } from "@deskpulse/domain/errors";
import type { Caller } from "@deskpulse/domain/tenants/caller";
import { hasRole } from "@deskpulse/domain/tenants/role";

/** Names of Socket.IO rooms. Subjects and topics carry their tenant, so that equal names of two tenants never meet. */
export const userRoom = (tenantId: string | null, subject: string): string =>
  `user:${tenantId ?? "operator"}:${subject}`;
export const tenantRoom = (tenantId: string): string => `tenant:${tenantId}`;
export const topicRoom = (tenantId: string, name: string): string => `topic:${tenantId}:${name}`;
const liveRoomPrefix = "live:";
export const liveRoom = (tenantId: string): string => `${liveRoomPrefix}${tenantId}`;
const jobRoomPrefix = "job:";
export const jobRoom = (runId: string): string => `${jobRoomPrefix}${runId}`;
export const operatorRunsRoom = "operator:runs";

/** The run whose room this is; null for any other room. */
export const runIdOfRoom = (room: string): string | null =>
  room.startsWith(jobRoomPrefix) ? room.slice(jobRoomPrefix.length) : null;

/** The tenant that is watched in this room; null for any other room. */
export const tenantOfLiveRoom = (room: string): string | null =>
  room.startsWith(liveRoomPrefix) ? room.slice(liveRoomPrefix.length) : null;

/** Where to let a caller in: a plain room, or a run's room if that run is the caller's to see. */
export type RoomTarget =
  | { readonly kind: "plain"; readonly room: string }
  | { readonly kind: "live"; readonly room: string; readonly tenantId: string }
  | { readonly kind: "job"; readonly room: string; readonly runId: string };

/**
 * The room that `name` means for this caller. Throws a ProblemError when it is none or not theirs; somebody else's
 * is answered as one that does not exist. A job room is still to be checked against its run.
 */
export function findRoom(caller: Caller, name: string): RoomTarget {
  const room = parseRoom(name);
  if (room === null) throw new ProblemError("bad-request", "There is no room of this form.");
  const operator = caller.role === "operator";
  switch (room.kind) {
    case "user":
      if (room.subject !== caller.subject) throw noSuchRoom();
      return { kind: "plain", room: userRoom(caller.tenantId, caller.subject) };
    case "tenant":
    case "live":
      if (!operator && room.tenantId !== caller.tenantId) throw noSuchRoom();
      if (!hasRole(caller.role, "supervisor"))
        throw new ProblemError("forbidden", "This room is for supervisors and up.");
      return room.kind === "live"
        ? { kind: "live", room: liveRoom(room.tenantId), tenantId: room.tenantId }
        : { kind: "plain", room: tenantRoom(room.tenantId) };
    case "job":
      return { kind: "job", room: jobRoom(room.runId), runId: room.runId };
    case "topic":
      if (caller.tenantId === null) throw new ProblemError("forbidden", "Topics belong to a tenant; you have none.");
      return { kind: "plain", room: topicRoom(caller.tenantId, room.name) };
    case "operator":
      if (!operator) throw new ProblemError("forbidden", "This room is for operators.");
      return { kind: "plain", room: operatorRunsRoom };
  }
}

/** May this caller see this run? Its starter, supervisors of its tenant and operators may; null is nobody's. */
export function maySeeRun(
  caller: Caller,
  run: { readonly tenantId: string | null; readonly createdBy: string } | null,
): boolean {
  if (run === null) return false;
  if (caller.role === "operator") return true;
  if (run.tenantId !== caller.tenantId) return false;
  return run.createdBy === caller.subject || hasRole(caller.role, "supervisor");
}

export const noSuchRoom = (): ProblemError => new ProblemError("not-found", "There is no such room.");
