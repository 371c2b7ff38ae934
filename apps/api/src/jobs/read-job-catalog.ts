import { createHash } from "node:crypto";
import type { jobCatalogBody } from "@deskpulse/contract/jobs/catalog";
import type { Caller } from "@deskpulse/domain/tenants/caller";
import type { JobDefinition } from "@deskpulse/jobs/define-job";
import { z } from "zod";
import type { Handler } from "../http/handler.ts";
import { matchesEtag } from "../http/matches-etag.ts";
import { isAllowedToStart } from "./job-request.ts";

type JobEntry = z.input<typeof jobCatalogBody>["items"][number];

/** What does not depend on the caller, made once: the jobs of a process never change. */
const described = new WeakMap<ReadonlyMap<string, JobDefinition>, readonly Omit<JobEntry, "mayStart">[]>();

export const readJobCatalog: Handler<"readJobCatalog"> = async (call, { jobs }) => {
  const body = { items: entriesFor(jobs, call.caller) };
  const etag = `"${createHash("sha256").update(JSON.stringify(body)).digest("base64url")}"`;
  const headers = { etag, "cache-control": "private" };
  if (matchesEtag(call.header("if-none-match"), etag)) return { status: 304, headers };
  return { status: 200, body, headers };
};

function entriesFor(jobs: ReadonlyMap<string, JobDefinition>, caller: Caller): JobEntry[] {
  const entries = described.get(jobs) ?? [...jobs.values()].map(describe);
  described.set(jobs, entries);
  return entries.map((entry) => ({ ...entry, mayStart: isAllowedToStart(entry.role, caller) }));
}

const describe = (definition: JobDefinition): Omit<JobEntry, "mayStart"> => ({
  name: definition.name,
  summary: definition.summary,
  role: definition.role,
  queue: definition.queue,
  request: z.toJSONSchema(definition.request, { io: "input", unrepresentable: "any" }),
  output: z.toJSONSchema(definition.output, { io: "output", unrepresentable: "any" }),
  timeoutMs: definition.timeoutMs,
  attempts: definition.attempts,
});
