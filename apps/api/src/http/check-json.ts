import { ProblemError } from "@deskpulse/domain/errors";

const forbiddenKeys = new Set(["__proto__", "constructor", "prototype"]);
const depthMax = 32;

/** Half a surrogate pair: JSON can escape it, but it is no character, and Postgres takes it in no text. */
const halfPair = /\p{Surrogate}/u;

/**
 * Refuses what no route can want: NUL or half a surrogate pair in a text, keys that reach for prototypes, nesting
 * beyond 32 levels.
 * Throws ProblemError (bad-request) with the pointer.
 */
export function checkJson(value: unknown, pointer = "", depth = 0): void {
  if (typeof value === "string") {
    checkText(value, pointer);
    return;
  }
  if (value === null || typeof value !== "object") return;
  if (depth >= depthMax) throw refused(pointer, "is nested too deep");
  if (Array.isArray(value)) {
    for (const [index, inner] of value.entries()) checkJson(inner, `${pointer}/${index}`, depth + 1);
    return;
  }
  for (const [key, inner] of Object.entries(value)) {
    const inside = `${pointer}/${escapePointer(key)}`;
    if (forbiddenKeys.has(key)) throw refused(inside, "is not an allowed name");
    checkText(key, inside);
    checkJson(inner, inside, depth + 1);
  }
}

function checkText(text: string, pointer: string): void {
  if (text.includes("\0")) throw refused(pointer, "contains a NUL character");
  if (halfPair.test(text)) throw refused(pointer, "contains half a surrogate pair");
}

export const escapePointer = (key: string): string => key.replaceAll("~", "~0").replaceAll("/", "~1");

const refused = (pointer: string, detail: string): ProblemError =>
  new ProblemError("bad-request", "the request cannot be read", { errors: [{ pointer, detail }] });
