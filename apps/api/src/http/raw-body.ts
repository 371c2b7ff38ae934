import { MIMEType } from "node:util";
import type { RawBody, RouteContract } from "@deskpulse/contract/http/route";
import { ProblemError } from "@deskpulse/domain/errors";
import express, { type Request, type Response } from "express";
import type { RawBodyPlaces } from "./raw-body-places.ts";

/** About as much as any JSON body may have: no place is kept for these, since refusing a webhook loses it. */
const smallBytesMax = 512 * 1024;

/**
 * The body of a route that takes bytes, unpacked, `bodyBytesMax` of them at most, so that a small packed body cannot grow
 * without bound. Throws ProblemError (unsupported-media-type) for another media type or charset; reading it throws what
 * `toProblem` knows, or that there is no place.
 */
export function rawBodyOf(
  req: Request,
  res: Response,
  { rawBody, bodyBytesMax = 0 }: RouteContract,
  owner: string,
  places: RawBodyPlaces,
): RawBody {
  const mediaType = mediaTypeOf(req.headers["content-type"]);
  const mediaTypes = rawBody?.mediaTypes ?? [];
  if (mediaType === null || !mediaTypes.includes(mediaType)) {
    throw new ProblemError("unsupported-media-type", `send a body of content type ${mediaTypes.join(" or ")}`);
  }
  const read = express.raw({ type: () => true, limit: bodyBytesMax });
  const bytes = async (): Promise<Uint8Array> => {
    await new Promise<void>((resolve, reject) => {
      read(req, res, (error?: unknown) => (error === undefined ? resolve() : reject(error)));
    });
    const body: unknown = req.body;
    req.body = undefined;
    return Buffer.isBuffer(body) ? body : Buffer.alloc(0);
  };
  if (bodyBytesMax <= smallBytesMax) return { mediaType, read: async (work) => await work(await bytes()) };
  return { mediaType, read: (work) => places.hold(owner, async () => await work(await bytes())) };
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
