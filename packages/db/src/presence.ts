import postgres, { type Sql } from "postgres";
import { isDatabaseAway } from "./away.ts";

const probeEveryMs = 300;
/** A pause and a silent probe: 300 + 1,400 < 2,000 ms, the promise of a 503. */
const probeTimeoutMs = 1_400;

export class DatabaseAwayError extends Error {
  override readonly name = "DatabaseAwayError";
  readonly code = "CONNECTION_CLOSED";
}

/**
 * Knows whether Postgres answers, from a connection of its own, so that requests can be refused at once while it does
 * not, instead of waiting in the pool for connections that cannot be had.
 */
export class DatabasePresence {
  readonly #url: string;
  /** Called when Postgres answers again after a silence: connections that fell silent may stay so for ever. */
  readonly #onHeardAgain: () => void;
  #sql: Sql;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;
  #away = false;
  #wasSilent = false;
  readonly #onLost = new Set<(error: Error) => void>();

  constructor(url: string, onHeardAgain: () => void) {
    this.#url = url;
    this.#onHeardAgain = onHeardAgain;
    this.#sql = probeConnection(url);
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
    if (outcome === "silent") {
      this.#wasSilent = true;
      void this.#sql.end({ timeout: 0 });
      if (!this.#stopped) this.#sql = probeConnection(this.#url);
    }
    this.#set(outcome !== "here");
    if (outcome === "here" && this.#wasSilent) {
      this.#wasSilent = false;
      this.#onHeardAgain();
    }
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

const probeConnection = (url: string): Sql =>
  postgres(url, {
    max: 1,
    fetch_types: false,
    prepare: false,
    connect_timeout: 1,
    backoff: () => 0.1,
    onnotice: () => undefined,
    connection: { application_name: "deskpulse-presence" },
  });
