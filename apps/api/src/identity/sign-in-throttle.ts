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
    const takeBack = await this.#count(who.email.trim().toLowerCase(), who.address);
    try {
      const value = await signIn();
      takeBack();
      return value;
    } catch (error) {
      // anything but a wrong password says nothing about who tries
      if (!(error instanceof ProblemError) || error.code !== "unauthenticated") takeBack();
      throw error;
    }
  }

  /** Asks whether a signed-in user knows their password: a stolen token must not find it out. Throws too-many-requests. */
  async check(
    who: { readonly userId: string; readonly address: string },
    matches: () => Promise<boolean>,
  ): Promise<boolean> {
    const takeBack = await this.#count(`user ${who.userId}`, who.address);
    const isRight = await matches().catch((error: unknown) => {
      takeBack();
      throw error;
    });
    if (isRight) takeBack();
    return isRight;
  }

  /** Counts an attempt, and gives what takes it back. Throws too-many-requests. */
  async #count(who: string, address: string): Promise<() => void> {
    const { windowSeconds, perAccount, perAddress } = this.#limits;
    const nowMs = Date.now();
    const account = createHash("sha256").update(who).digest("base64url");
    const limits = [
      { window: this.#windows.window(`sign-in account ${account}`, windowSeconds, nowMs), quota: perAccount },
      { window: this.#windows.window(`sign-in address ${address}`, windowSeconds, nowMs), quota: perAddress },
    ];
    const windows = limits.map(({ window }) => window);
    // attempts are few and slow: they can ask what other processes, or this one before its restart, have seen
    await this.#windows.read(windows);
    const passed = limits.find(({ window, quota }) => usedOf(window) >= quota);
    if (passed !== undefined) {
      throw new ProblemError("too-many-requests", "Too many attempts with a wrong password. Try again later.", {
        retryAfterSeconds: Math.max(1, Math.ceil((endOf(passed.window) - Date.now()) / 1_000)),
      });
    }
    for (const window of windows) this.#windows.count(window);
    return () => {
      for (const window of windows) this.#windows.count(window, -1);
    };
  }
}
