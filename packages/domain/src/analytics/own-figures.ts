import { z } from "zod";
import { ProblemError } from "../errors.ts";
import type { ReportRequest } from "./report-request.ts";

const userId = z.uuid().toLowerCase();

/** Whoever is no user has done nothing here. */
const nobody = "00000000-0000-0000-0000-000000000000";

/**
 * A report that an agent asks for, narrowed to the agent; other roles see all. A caller of role agent who is no user, such
 * as one of a foreign issuer, gets nobody's figures. Throws ProblemError (not-found) for another agent's.
 */
export function ownFigures(
  request: ReportRequest,
  caller: { readonly subject: string; readonly role: string },
): ReportRequest {
  if (caller.role !== "agent") return request;
  const own = userId.safeParse(caller.subject).data ?? nobody;
  if (request.agentId?.some((id) => id !== own)) {
    throw new ProblemError("not-found", "there is no such agent", {
      errors: [{ pointer: "/agentId", detail: "is not yours to see" }],
    });
  }
  return { ...request, agentId: [own] };
}
