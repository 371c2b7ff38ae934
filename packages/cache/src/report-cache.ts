import type { CacheNamespace } from "@deskpulse/domain/performance/cache-namespaces";
import type { Run } from "@deskpulse/domain/runs/run";
import type { Cache } from "./cache.ts";

/** A report run that ended, as far as its readers need it. */
export interface CachedReport {
  readonly runId: string;
  readonly finishedAtMs: number;
  /** The run's result as JSON, byte for byte as Postgres' copy would be sent. */
  readonly json: string;
}

const idLength = 36;

/** Results of report runs, by tenant and sharing key: what `job_runs` holds, closer at hand. */
export class ReportCache {
  readonly #cache: Cache<CacheNamespace>;

  constructor(cache: Cache<CacheNamespace>) {
    this.#cache = cache;
  }

  /** The newest kept result at most `maxAgeSeconds` old, or null. 0 asks for a new one: that is no miss. */
  async read(tenantId: string, sharingKey: string, maxAgeSeconds: number): Promise<CachedReport | null> {
    if (maxAgeSeconds <= 0) return null;
    return toReport(await this.#cache.get(placeOf(tenantId, sharingKey), Date.now() - maxAgeSeconds * 1_000));
  }

  /** Is there one that young? Neither counted nor a use. */
  async has(tenantId: string, sharingKey: string, maxAgeSeconds: number): Promise<boolean> {
    const since = Date.now() - maxAgeSeconds * 1_000;
    return toReport(await this.#cache.peek(placeOf(tenantId, sharingKey), since)) !== null;
  }

  /**
   * Keeps the result of a completed run as it was read from Postgres (a worker's own copy has its keys in another
   * order). Answers the bytes that it takes, null when it was not kept. Never rejects.
   */
  async keep(run: Run, sharingKey: string): Promise<number | null> {
    if (run.state !== "completed" || run.finishedAt === null || run.tenantId === null) return null;
    const text = run.id + JSON.stringify(run.result);
    return await this.#cache.set(placeOf(run.tenantId, sharingKey), { text, madeAtMs: run.finishedAt });
  }
}

const placeOf = (tenantId: string, key: string) => ({ namespace: "reports", tenantId, key }) as const;

function toReport(value: { text: string; madeAtMs: number } | null): CachedReport | null {
  if (value === null) return null;
  return { runId: value.text.slice(0, idLength), finishedAtMs: value.madeAtMs, json: value.text.slice(idLength) };
}
