/** What HS256 tokens are signed and verified with; `issuer` and `audience` are written and demanded when set. */
export interface TokenKey {
  readonly secret: string;
  readonly issuer?: string;
  readonly audience?: string;
}

const jwtSecretLengthMin = 32;

/** The key for HS256 out of JWT_SECRET. Throws when the secret is too short to withstand guessing. */
export function signingKey(secret: string): Uint8Array {
  if (secret.length < jwtSecretLengthMin) {
    throw new Error(
      `JWT_SECRET has ${secret.length} characters and needs at least ${jwtSecretLengthMin}: ` +
        "make one with `openssl rand -base64 48`",
    );
  }
  return new TextEncoder().encode(secret);
}
