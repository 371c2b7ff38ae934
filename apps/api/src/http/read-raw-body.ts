import { MIMEType } from "node:util";
import type { RawBody, RawBodyContract } from "@deskpulse/contract/http/route";
import { ProblemError } from "@deskpulse/domain/errors";
import express, { type Request, type Response } from "express";

/**
 * Reads a body of bytes, unpacked, `bytesMax` of them at most, so that a small packed body cannot grow without bound.
 * Throws ProblemError (unsupported-media-type) for another media type or charset, and what the reader throws (`toProblem`).
 */
export async function readRawBody(
  req: Request,
  res: Response,
  { mediaTypes }: RawBodyContract,
  bytesMax: number,
): Promise<RawBody> {
  const mediaType = mediaTypeOf(req.headers["content-type"]);
  if (mediaType === null || !mediaTypes.includes(mediaType)) {
    throw new ProblemError("unsupported-media-type", `send a body of content type ${mediaTypes.join(" or ")}`);
  }
  const read = express.raw({ type: () => true, limit: bytesMax });
  await new Promise<void>((resolve, reject) => {
    read(req, res, (error?: unknown) => (error === undefined ? resolve() : reject(error)));
  });
  const bytes: unknown = req.body;
  return { mediaType, bytes: Buffer.isBuffer(bytes) ? bytes : Buffer.alloc(0) };
}

/** Null for what is no media type, or is of another charset than UTF-8. */
function mediaTypeOf(header: string | undefined): string | null {
  try {
    const { essence, params } = new MIMEType(header ?? "");
    const charset = params.get("charset") ?? "utf-8";
    return /^utf-?8$/i.test(charset) ? essence : null;
  } catch {
    return null;
  }
}
