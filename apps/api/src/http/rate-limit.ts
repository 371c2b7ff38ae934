import type { ServerResponse } from "node:http";
import { ProblemError } from "@deskpulse/domain/errors";
import type { Caller } from "@deskpulse/domain/tenants/caller";
import { endOf, type RateLimitWindows, usedOf, type Window } from "./rate-limit-windows.ts";

/** Requests per window at most. */
export interface RateLimits {
  readonly windowSeconds: number;
  readonly perTenant: number;
  /** Per user or API key. */
  readonly perCaller: number;
  readonly perAddress: number;
}

/** API calls a day that the tenant's plan allows; null is unlimited. Answered at once; what is not known yet is unlimited. */
export type DailyCalls = (tenantId: string) => number | null;

interface Limit {
  readonly name: "address" | "caller" | "tenant" | "plan";
  readonly quota: number;
  readonly window: Window;
}

const daySeconds = 86_400;

/**
 * Admits requests: per address before anything else, per caller and tenant once they are known, and by the plan's calls a
 * (UTC) day. Every answer carries RateLimit-Policy with all limits and RateLimit with the one closest to its end
 * (draft-ietf-httpapi-ratelimit-headers).
 */
export class RateLimiter {
  readonly #windows: RateLimitWindows;
  readonly #limits: RateLimits;
  readonly #dailyCalls: DailyCalls;

  constructor(windows: RateLimitWindows, limits: RateLimits, dailyCalls: DailyCalls) {
    this.#windows = windows;
    this.#limits = limits;
    this.#dailyCalls = dailyCalls;
  }

  /** Counts a request of an address. Throws too-many-requests. */
  admitAddress(res: ServerResponse, address: string): void {
    this.#admit(res, [this.#limit("address", address, Date.now())], []);
  }

  /** Counts the same request for who sends it. Throws too-many-requests. */
  admitCaller(res: ServerResponse, caller: Caller, address: string): void {
    const nowMs = Date.now();
    const { tenantId, subject } = caller;
    const limits = [this.#limit("caller", `${tenantId ?? ""} ${subject}`, nowMs)];
    if (tenantId !== null) {
      limits.push(this.#limit("tenant", tenantId, nowMs));
      const quota = this.#dailyCalls(tenantId);
      if (quota !== null) limits.push({ name: "plan", quota, window: this.#day(tenantId, nowMs) });
    }
    this.#admit(res, limits, [this.#limit("address", address, nowMs)]);
  }

  /** API calls of the tenant on this UTC day so far, and since when. While Redis is away only those that this process knows of. */
  async callsToday(tenantId: string): Promise<{ readonly calls: number; readonly sinceMs: number }> {
    const window = this.#day(tenantId, Date.now());
    await this.#windows.read([window]);
    return { calls: usedOf(window), sinceMs: endOf(window) - daySeconds * 1_000 };
  }

  #limit(name: "address" | "caller" | "tenant", key: string, nowMs: number): Limit {
    const { windowSeconds, perAddress, perCaller, perTenant } = this.#limits;
    const quota = { address: perAddress, caller: perCaller, tenant: perTenant }[name];
    return { name, quota, window: this.#windows.window(`${name} ${key}`, windowSeconds, nowMs) };
  }

  #day(tenantId: string, nowMs: number): Window {
    return this.#windows.window(`plan ${tenantId}`, daySeconds, nowMs);
  }

  #admit(res: ServerResponse, limits: readonly Limit[], counted: readonly Limit[]): void {
    const passed = limits.find(({ quota, window }) => usedOf(window) >= quota);
    if (passed === undefined) for (const { window } of limits) this.#windows.count(window);
    const all = [...limits, ...counted];
    const shown = passed ?? all.reduce((a, b) => (shareLeft(b) < shareLeft(a) ? b : a));
    const resetSeconds = Math.max(1, Math.ceil((endOf(shown.window) - Date.now()) / 1_000));
    res.setHeader(
      "ratelimit-policy",
      all.map(({ name, quota, window }) => `"${name}";q=${quota};w=${window.seconds}`).join(", "),
    );
    res.setHeader("ratelimit", `"${shown.name}";r=${left(shown)};t=${resetSeconds}`);
    if (passed === undefined) return;
    const { name, quota, window } = passed;
    throw new ProblemError(
      "too-many-requests",
      `the limit "${name}" of ${quota} requests in ${window.seconds} s is used up`,
      {
        retryAfterSeconds: resetSeconds,
      },
    );
  }
}

const left = ({ quota, window }: Limit): number => Math.max(0, quota - usedOf(window));
const shareLeft = (limit: Limit): number => left(limit) / limit.quota;
