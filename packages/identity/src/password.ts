import { createHash } from "node:crypto";
import { hash, hashRaw, verify } from "@node-rs/argon2";
import { createSlots } from "./slots.ts";

/** OWASP's argon2id: 19 MiB, two passes, one lane (argon2id is the library's default algorithm). */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
/** A hash of nobody's password at the same cost: who is unknown takes as long to refuse as who is known. */
const nobodysHash = "$argon2id$v=19$m=19456,t=2,p=1$zx+TLVfYYc93SdhnNB94ug$/3tKl0XGhcZYjVR9Z8wOPXX2GzaKvb/DNFgMBZqDuNI";

/** Each computation fills 19 MiB and a core: two leave the process responsive, and 64 wait about half a second. */
const inSlot = createSlots({ running: 2, waiting: 64 });

/** Hashes a password with argon2id, in PHC text form. Throws too-many-requests when too many computations wait. */
export function hashPassword(password: string): Promise<string> {
  return inSlot(() => hash(password, cost));
}

/**
 * Is this the password behind the hash? Null (an unknown user, or one without a password) is false after the same time.
 * Throws too-many-requests when too many computations wait.
 */
export function verifyPassword(passwordHash: string | null, password: string): Promise<boolean> {
  return inSlot(async () => {
    const matches = await verify(passwordHash ?? nobodysHash, password);
    return matches && passwordHash !== null;
  });
}

/**
 * The same text for the same request and salt, base64url, and as slow to try out as a password hash: by it requests
 * that hold a password are compared. Throws too-many-requests when too many computations wait.
 */
export async function fingerprintOfSecret(request: string, salt: string): Promise<string> {
  const options = { ...cost, salt: createHash("sha256").update(salt).digest() };
  return (await inSlot(() => hashRaw(request, options))).toString("base64url");
}
