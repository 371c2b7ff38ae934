import type { Database } from "@deskpulse/db/connect";
import {
  newTokenRevocations,
  type RevocationCursor,
  type TokenRevocation,
} from "@deskpulse/db/identity/new-token-revocations";
import { asEngine } from "@deskpulse/db/transaction";
import type { Revocable } from "./verified-token.ts";

const everyMs = 1_000;
const rowsMax = 5_000;
/** Rows of transactions that committed late appear behind the newest: so far back each round looks again. */
const overlapMs = 60_000;
/** A round that hangs longer is given up on. */
const hangingMs = 5_000;
const pruneEveryMs = 60_000;
const beginning: RevocationCursor = { createdAt: new Date(0), id: 0 };

/**
 * The revocations in force, read from Postgres each second: none is known to this process later than about a second after its
 * commit, with Redis or without. While Postgres is away the known ones hold, and nobody can add any.
 */
export class Revocations {
  /** Moves whenever a revocation was added: what was looked at under the same version need not be looked at again. */
  version = 0;
  readonly #database: Database;
  readonly #onError: (error: unknown) => void;
  readonly #tokens = new Map<string, number>();
  readonly #subjects = new Map<string, { readonly issuedBeforeMs: number; readonly expiresAtMs: number }>();
  readonly #timer: NodeJS.Timeout;
  #cursor = beginning;
  #readingSinceMs: number | null = null;
  #failing = false;
  #prunedAtMs = Date.now();
  /** Resolves after the first round, also a failed one; never rejects. */
  readonly firstRound: Promise<void>;

  /** Begins to read at once. `onError` hears once per outage. */
  constructor(database: Database, onError: (error: unknown) => void = () => undefined) {
    this.#database = database;
    this.#onError = onError;
    this.firstRound = this.#round();
    this.#timer = setInterval(() => void this.#round(), everyMs).unref();
  }

  isRevoked({ tokenId, familyId, issuedAtMs, caller }: Revocable): boolean {
    if (tokenId !== null && this.#tokens.has(tokenId)) return true;
    if (familyId !== null && this.#tokens.has(familyId)) return true;
    return [caller.tenantId, null].some((tenantId) => {
      const revocation = this.#subjects.get(subjectKey(caller.subject, tenantId));
      return revocation !== undefined && issuedAtMs <= revocation.issuedBeforeMs;
    });
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #round(): Promise<void> {
    const startedAtMs = Date.now();
    if (this.#readingSinceMs !== null && startedAtMs - this.#readingSinceMs < hangingMs) return;
    this.#readingSinceMs = startedAtMs;
    try {
      await this.#read();
      this.#failing = false;
    } catch (error) {
      if (!this.#failing) this.#onError(error);
      this.#failing = true;
    } finally {
      if (this.#readingSinceMs === startedAtMs) this.#readingSinceMs = null;
    }
    if (startedAtMs - this.#prunedAtMs >= pruneEveryMs) this.#prune(startedAtMs);
  }

  async #read(): Promise<void> {
    let newest = this.#cursor;
    let page: readonly TokenRevocation[];
    let after: RevocationCursor = { createdAt: new Date(newest.createdAt.getTime() - overlapMs), id: 0 };
    do {
      const from = after;
      page = await asEngine(this.#database, (tx) => newTokenRevocations(tx, from, rowsMax));
      for (const revocation of page) this.#add(revocation);
      after = page.at(-1) ?? after;
      if (after.createdAt > newest.createdAt) newest = after;
    } while (page.length === rowsMax);
    this.#cursor = newest;
  }

  #add({ tokenId, subject, tenantId, issuedBefore, expiresAt }: TokenRevocation): void {
    const expiresAtMs = expiresAt.getTime();
    if (tokenId !== null) {
      if (!this.#tokens.has(tokenId)) this.version++;
      this.#tokens.set(tokenId, expiresAtMs);
    } else if (subject !== null && issuedBefore !== null) {
      const key = subjectKey(subject, tenantId);
      const known = this.#subjects.get(key);
      if (known !== undefined && known.issuedBeforeMs >= issuedBefore.getTime()) return;
      this.version++;
      this.#subjects.set(key, { issuedBeforeMs: issuedBefore.getTime(), expiresAtMs });
    }
  }

  #prune(nowMs: number): void {
    this.#prunedAtMs = nowMs;
    for (const [key, expiresAtMs] of this.#tokens) if (expiresAtMs <= nowMs) this.#tokens.delete(key);
    for (const [key, { expiresAtMs }] of this.#subjects) if (expiresAtMs <= nowMs) this.#subjects.delete(key);
  }
}

const subjectKey = (subject: string, tenantId: string | null): string => `${tenantId ?? ""} ${subject}`;
