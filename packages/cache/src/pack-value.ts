import { promisify } from "node:util";
import { deflateRaw, inflateRaw, inflateRawSync } from "node:zlib";

const deflate = promisify(deflateRaw);
const inflate = promisify(inflateRaw);

/** Below this a value is not worth the time that compression takes. */
const compressFromBytes = 2_048;
const unpackedBytesMax = 64 * 1_024 * 1_024;
/** Up to here unpacking takes less time than a turn through the thread pool and back to a busy process. */
const unpackedAtOnceBytes = 32_768;
/** Kind (one character), when it was made (16 digits), then the text. The script that stores it reads the digits. */
const headLength = 17;

export interface CachedValue {
  readonly text: string;
  /** Milliseconds since 1970. */
  readonly madeAtMs: number;
}

export async function packValue({ text, madeAtMs }: CachedValue): Promise<Buffer> {
  const plain = Buffer.from(text);
  const isSmall = plain.length < compressFromBytes;
  const body = isSmall ? plain : await deflate(plain, { level: 3 });
  const head = `${isSmall ? "p" : "d"}${String(Math.floor(madeAtMs)).padStart(16, "0")}`;
  return Buffer.concat([Buffer.from(head), body]);
}

/** Throws for what `packValue` did not make. */
export async function unpackValue(packed: Buffer): Promise<CachedValue> {
  const head = packed.toString("latin1", 0, headLength);
  if (!/^[pd]\d{16}$/.test(head)) throw new Error("this is no packed value");
  const body = packed.subarray(headLength);
  const plain = head.startsWith("p") ? body : await inflated(body);
  return { text: plain.toString(), madeAtMs: Number(head.slice(1)) };
}

function inflated(body: Buffer): Buffer | Promise<Buffer> {
  const options = { maxOutputLength: unpackedBytesMax };
  return body.length <= unpackedAtOnceBytes ? inflateRawSync(body, options) : inflate(body, options);
}
