import { createHmac, timingSafeEqual } from "node:crypto";

/** How far the time of a signature may lie from now. */
export const signatureAgeMsMax = 300_000;

/**
 * When was it signed, by `X-Chatwoot-Timestamp` (epoch seconds)? Null unless `signature` is `sha256=` and the HMAC-SHA256
 * of `<timestamp>.<body>` in hexadecimal, not older than five minutes. Compares in constant time.
 */
export function signedAtMs(
  secret: string,
  { timestamp, signature }: { readonly timestamp: string | undefined; readonly signature: string | undefined },
  body: Uint8Array,
  nowMs: number,
): number | null {
  if (timestamp === undefined || !/^\d{1,12}$/.test(timestamp)) return null;
  const given = /^sha256=([0-9a-f]{64})$/i.exec(signature ?? "")?.[1];
  if (given === undefined) return null;
  const made = createHmac("sha256", secret).update(`${timestamp}.`).update(body).digest();
  if (!timingSafeEqual(made, Buffer.from(given, "hex"))) return null;
  const atMs = Number(timestamp) * 1000;
  return Math.abs(nowMs - atMs) <= signatureAgeMsMax ? atMs : null;
}
