import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";

const nonceBytes = 12;
const tagBytes = 16;

/**
 * Keeps secrets that have to be used again, such as those that webhooks are signed with: AES-256-GCM (NIST SP 800-38D)
 * under a key derived from SECRETS_KEY (HKDF-SHA256, RFC 5869). Sealed: nonce, tag, ciphertext.
 */
export class SecretBox {
  readonly #key: Buffer;

  constructor(secretsKey: string) {
    this.#key = Buffer.from(hkdfSync("sha256", secretsKey, "", "deskpulse/secret-box/1", 32));
  }

  /** Seals for one use, named by `purpose`: elsewhere it cannot be opened. */
  seal(secret: string, purpose: string): Buffer {
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv("aes-256-gcm", this.#key, nonce, { authTagLength: tagBytes });
    cipher.setAAD(Buffer.from(purpose));
    const text = Buffer.concat([cipher.update(secret, "utf8"), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), text]);
  }

  /** Throws when it was sealed with another key or for another purpose, or was changed. */
  open(sealed: Uint8Array, purpose: string): string {
    const nonce = sealed.subarray(0, nonceBytes);
    const tag = sealed.subarray(nonceBytes, nonceBytes + tagBytes);
    const decipher = createDecipheriv("aes-256-gcm", this.#key, nonce, { authTagLength: tagBytes });
    decipher.setAAD(Buffer.from(purpose));
    decipher.setAuthTag(tag);
    const text = Buffer.concat([decipher.update(sealed.subarray(nonceBytes + tagBytes)), decipher.final()]);
    return text.toString("utf8");
  }
}
