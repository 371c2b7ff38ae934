import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import type { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { ImportError } from "./import-error.ts";

/** One line without its line break; `text` is null when the line is longer than an import can hold. */
export interface Line {
  readonly number: number;
  readonly text: string | null;
}

/** Longer lines are refused, so that a file without line breaks cannot fill the memory. */
export const lineCharactersMax = 8 * 1024 * 1024;

/**
 * The lines of a text file, plain or gzip (told by its first bytes), numbered from 1, without a byte order mark. Holds
 * one line at a time. `onBytes` gets the size of each piece read from disk. Throws ImportError when the file cannot be
 * read or the gzip is broken; lines before the break were given out by then.
 */
export async function* readLines(path: string, onBytes: (bytes: number) => void = () => {}): AsyncGenerator<Line> {
  const input = await openText(path, onBytes);
  let number = 0;
  let rest = "";
  let isSkipping = false;
  const line = (text: string): Line => {
    number += 1;
    const isTooLong = isSkipping;
    isSkipping = false;
    const bare = number === 1 && text.startsWith("\uFEFF") ? text.slice(1) : text;
    return { number, text: isTooLong ? null : bare.endsWith("\r") ? bare.slice(0, -1) : bare };
  };
  try {
    for await (const chunk of input) {
      const parts = (rest + String(chunk)).split("\n");
      rest = parts.pop() ?? "";
      for (const part of parts) yield line(part);
      if (rest.length > lineCharactersMax) {
        rest = "";
        isSkipping = true;
      }
    }
  } catch (error) {
    throw unreadable(path, error);
  }
  if (rest !== "" || isSkipping) yield line(rest);
}

async function openText(path: string, onBytes: (bytes: number) => void): Promise<Readable> {
  const magic = Buffer.alloc(2);
  try {
    const file = await open(path);
    await file.read(magic, 0, 2, 0).finally(() => file.close());
  } catch (error) {
    throw unreadable(path, error);
  }
  const file = createReadStream(path);
  file.on("data", (chunk) => onBytes(chunk.length));
  const isGzip = magic[0] === 0x1f && magic[1] === 0x8b;
  const input = isGzip ? file.pipe(createGunzip()) : file;
  file.once("error", (error) => input.destroy(error));
  input.once("close", () => file.destroy());
  return input.setEncoding("utf8");
}

function unreadable(path: string, cause: unknown): ImportError {
  const code = typeof cause === "object" && cause !== null && "code" in cause ? String(cause.code) : "";
  if (code === "ENOENT") return new ImportError("wrongCall", `There is no file ${path}`, { cause });
  if (code === "EISDIR") return new ImportError("wrongCall", `${path} is a folder, not a file`, { cause });
  if (code === "EACCES") return new ImportError("wrongCall", `${path} may not be read by this user`, { cause });
  const reason = cause instanceof Error ? cause.message : String(cause);
  const what = code.startsWith("Z_") ? "is a broken or cut-off gzip file" : "cannot be read";
  return new ImportError("unreadableFile", `${path} ${what} (${reason})`, { cause });
}
