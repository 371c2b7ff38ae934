import type { Cache } from "@deskpulse/cache/cache";
import { type CacheFigures, readCacheFigures } from "@deskpulse/cache/cache-figures";
import type { CacheNamespace } from "@deskpulse/domain/performance/cache-namespaces";
import { LRUCache } from "lru-cache";

type Figures = CacheFigures<CacheNamespace>;

const readMsMax = 500;
/** A snapshot is as good as a new one for so long: whoever watches asks often. */
const youngMs = 1_000;
const scopesMax = 1_000;

/** The cache's figures, read anew when Redis answers in time; else the newest snapshot that this process took. */
export class CacheSnapshots {
  readonly #cache: Cache<CacheNamespace>;
  readonly #newest = new LRUCache<string, Figures>({ max: scopesMax });
  readonly #reading = new Map<string, Promise<void>>();

  constructor(cache: Cache<CacheNamespace>) {
    this.#cache = cache;
  }

  /** Of one tenant or (null) of all; null when none could be taken yet. Never rejects. */
  async read(tenantId: string | null, windowMinutes: number): Promise<Figures | null> {
    const scope = `${tenantId ?? ""}/${windowMinutes}`;
    const newest = this.#newest.get(scope);
    if (newest === undefined || Date.now() - newest.sampledAtMs >= youngMs) {
      await this.#take(scope, tenantId, windowMinutes);
    }
    return this.#newest.get(scope) ?? null;
  }

  #take(scope: string, tenantId: string | null, windowMinutes: number): Promise<void> {
    const reading = this.#reading.get(scope);
    if (reading) return reading;
    const taken = readCacheFigures(this.#cache, tenantId, windowMinutes)
      .then(
        (figures) => void this.#newest.set(scope, figures),
        () => undefined,
      )
      .finally(() => this.#reading.delete(scope));
    this.#reading.set(scope, taken);
    return Promise.race([taken, new Promise<void>((resolve) => setTimeout(resolve, readMsMax).unref())]);
  }
}
