import { ProblemError } from "@deskpulse/domain/errors";
import type { z } from "zod";
import { escapePointer } from "./check-json.ts";

type Part = "params" | "query" | "body";

/** Issues of values that can be read and make no sense; all others say that something cannot be read. */
const senseless = new Set(["too_small", "too_big", "not_multiple_of", "custom"]);

/**
 * Parses one part of a request. Throws ProblemError with a pointer per issue: bad-request when something cannot be
 * read, unprocessable when all can be read but make no sense, not-found for an id in the path that is none.
 */
export function parsePart(schema: z.ZodType, value: unknown, part: Part, below = ""): unknown {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  if (part === "params") throw new ProblemError("not-found", "there is nothing at this path");
  const errors = parsed.error.issues.slice(0, 20).flatMap((issue) => {
    const path = issue.path.map((step) => escapePointer(String(step)));
    const names = issue.code === "unrecognized_keys" ? issue.keys : [undefined];
    return names.slice(0, 20).map((name) => {
      const full = [...path, ...(name === undefined ? [] : [escapePointer(name)])];
      const pointer = part === "query" ? `?${full.join(".")}` : `${below}${full.map((step) => `/${step}`).join("")}`;
      return { pointer, detail: name === undefined ? issue.message : "is not known here" };
    });
  });
  const readable = parsed.error.issues.every(({ code }) => senseless.has(code));
  throw readable
    ? new ProblemError("unprocessable", "the request can be read but makes no sense", { errors })
    : new ProblemError("bad-request", "the request cannot be read", { errors });
}
