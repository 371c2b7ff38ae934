import { rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "@deskpulse/local-services/free-port";
import { type RedisOptions, startRedis } from "@deskpulse/local-services/start-redis";
import { Redis } from "ioredis";

type Server = Awaited<ReturnType<typeof startRedis>>;

/** Where `npm start` and the tests keep a fetched Redis. */
const programDir = fileURLToPath(new URL("../.cache/redis-server", import.meta.url));

/** A Redis of the drill's own, on one port for good, with an append-only file: it can be stopped, started and emptied. */
export class DrillRedis {
  readonly #options: RedisOptions;
  #server: Server;
  #away: Promise<void> = Promise.resolve();
  /** When it went and came back, epoch milliseconds. */
  readonly outages: { readonly fromMs: number; readonly toMs: number }[] = [];
  readonly client: Redis;

  private constructor(options: RedisOptions, server: Server) {
    this.#options = options;
    this.#server = server;
    this.client = new Redis(server.url, { maxRetriesPerRequest: null, retryStrategy: () => 50 });
    this.client.on("error", () => undefined);
  }

  static async start(dataDir: string): Promise<DrillRedis> {
    const options = { dataDir, port: await freePort(), persistence: true, programDir, log: () => undefined };
    return new DrillRedis(options, await startRedis(options));
  }

  get url(): string {
    return this.#server.url;
  }

  /** Stops it for a while and starts it again, with its data or without. */
  async outage(awayMs: number, empty: boolean, sleep: (ms: number) => Promise<void>): Promise<void> {
    await this.#away;
    const fromMs = Date.now();
    this.#away = (async () => {
      await this.#server.stop();
      if (empty) {
        for (const name of ["appendonlydir", "dump.rdb"])
          rmSync(join(this.#options.dataDir, "redis", name), { recursive: true, force: true });
      }
      await sleep(awayMs);
      this.#server = await startRedis(this.#options);
      this.outages.push({ fromMs, toMs: Date.now() });
    })();
    await this.#away;
  }

  /** Holds every write back while `work` runs: what is sent meanwhile by who dies meanwhile never arrives. */
  async withoutWrites<T>(work: () => Promise<T>): Promise<T> {
    await this.#away;
    await this.client.call("CLIENT", "PAUSE", "10000", "WRITE");
    try {
      return await work();
    } finally {
      await this.client.call("CLIENT", "UNPAUSE");
    }
  }

  async stop(): Promise<void> {
    this.client.disconnect();
    await this.#away.catch(() => undefined);
    await this.#server.stop();
  }
}
