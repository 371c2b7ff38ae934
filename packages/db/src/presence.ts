import postgres from "postgres";
import { isDatabaseAway } from "./away.ts";

const probeEveryMs = 500;
/** Two silent probes in a row mean away: 2 x 700 + 500 < 2,000 ms, the promise of a 503. */
const probeTimeoutMs = 700;
const silentProbesMax = 2;

export class DatabaseAwayError extends Error {
  override readonly name = "DatabaseAwayError";
  readonly code = "CONNECTION_CLOSED";
}

/**
 * Knows whether Postgres answers, from a connection of its own, so that requests can be refused at once while it does
 * not, instead of waiting in the pool for connections that cannot be had.
 */
export class DatabasePresence {
  readonly #sql;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;
  #silentProbes = 0;
  #away = false;
  readonly #onLost = new Set<(error: Error) => void>();

  constructor(url: string) {
    this.#sql = postgres(url, {
      max: 1,
      fetch_types: false,
      prepare: false,
      connect_timeout: 1,
      backoff: () => 0.1,
      onnotice: () => undefined,
      connection: { application_name: "deskpulse-presence" },
    });
  }

  get isAway(): boolean {
    return this.#away;
  }

  start(): void {
    this.#timer = setTimeout(() => void this.#probe(), probeEveryMs);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#sql.end({ timeout: 0 });
  }

  /** Does the work, but rejects with DatabaseAwayError as soon as Postgres is known to be away. */
  async guard<T>(work: () => Promise<T>): Promise<T> {
    if (this.#away) throw new DatabaseAwayError("Postgres does not answer");
    return await new Promise<T>((resolve, reject) => {
      this.#onLost.add(reject);
      work()
        .then(resolve, reject)
        .finally(() => this.#onLost.delete(reject));
    });
  }

  async #probe(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const silence = new Promise<"silent">((resolve) => {
      timer = setTimeout(resolve, probeTimeoutMs, "silent");
    });
    const answer = this.#sql`select 1`.then(
      () => "here" as const,
      (error: unknown) => (isDatabaseAway(error) ? ("gone" as const) : ("here" as const)),
    );
    const outcome = await Promise.race([answer, silence]);
    clearTimeout(timer);
    this.#silentProbes = outcome === "silent" ? this.#silentProbes + 1 : 0;
    this.#set(outcome === "gone" || this.#silentProbes >= silentProbesMax);
    // a probe that hangs would make the next one wait behind it
    if (outcome === "silent") await Promise.race([answer, new Promise((resolve) => setTimeout(resolve, probeEveryMs))]);
    if (!this.#stopped) this.start();
  }

  #set(away: boolean): void {
    this.#away = away;
    if (!away) return;
    const lost = new DatabaseAwayError("Postgres does not answer");
    for (const reject of this.#onLost) reject(lost);
    this.#onLost.clear();
  }
}
