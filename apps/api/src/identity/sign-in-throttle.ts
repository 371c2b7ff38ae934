import { createHash } from "node:crypto";
import { ProblemError } from "@deskpulse/domain/errors";
import { endOf, type RateLimitWindows, usedOf } from "../http/rate-limit-windows.ts";

/** Failed attempts per window at most. */
export interface SignInLimits {
  readonly windowSeconds: number;
  readonly perAccount: number;
  readonly perAddress: number;
}

/**
 * Slows down who guesses passwords, per account (known or not, it is all the same) and per address. An attempt is counted
 * before the password is looked at, so that many at once count too, and taken back when it was right.
 */
export class SignInThrottle {
  readonly #windows: RateLimitWindows;
  readonly #limits: SignInLimits;

  constructor(windows: RateLimitWindows, limits: SignInLimits) {
    this.#windows = windows;
    this.#limits = limits;
  }

  /** Tries to sign in. Throws too-many-requests, or what `signIn` throws. */
  async attempt<T>(who: { readonly email: string; readonly address: string }, signIn: () => Promise<T>): Promise<T> {
    const { windowSeconds, perAccount, perAddress } = this.#limits;
    const nowMs = Date.now();
    const account = createHash("sha256").update(who.email.trim().toLowerCase()).digest("base64url");
    const limits = [
      { window: this.#windows.window(`sign-in account ${account}`, windowSeconds, nowMs), quota: perAccount },
      { window: this.#windows.window(`sign-in address ${who.address}`, windowSeconds, nowMs), quota: perAddress },
    ];
    const windows = limits.map(({ window }) => window);
    // attempts are few and slow: they can ask what other processes, or this one before its restart, have seen
    await this.#windows.read(windows);
    const passed = limits.find(({ window, quota }) => usedOf(window) >= quota);
    if (passed !== undefined) {
      throw new ProblemError("too-many-requests", "Too many attempts to sign in failed. Try again later.", {
        retryAfterSeconds: Math.max(1, Math.ceil((endOf(passed.window) - Date.now()) / 1_000)),
      });
    }
    for (const window of windows) this.#windows.count(window);
    try {
      const value = await signIn();
      for (const window of windows) this.#windows.count(window, -1);
      return value;
    } catch (error) {
      // anything but a wrong password says nothing about who tries
      if (!(error instanceof ProblemError) || error.code !== "unauthenticated") {
        for (const window of windows) this.#windows.count(window, -1);
      }
      throw error;
    }
  }
}
