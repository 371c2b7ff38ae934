import { collectDefaultMetrics, Gauge, Registry } from "prom-client";

/** A registry with the runtime's own figures (CPU, memory, event loop, garbage collection). No tenant ids, ever. */
export function createMetrics(app: string): Registry {
  const registry = new Registry();
  registry.setDefaultLabels({ app });
  collectDefaultMetrics({ register: registry });
  return registry;
}

/** Adds this process's database pool: how many connections it may hold, how many are in use, how much waits for one. */
export function measurePool(
  registry: Registry,
  pool: { readonly connectionsMax: number; readonly inUse: number; readonly waiting: number },
): void {
  new Gauge({
    name: "deskpulse_database_pool_connections",
    help: "Transactions of this process that hold a connection of its pool (in-use) or wait for one (waiting)",
    labelNames: ["state"],
    registers: [registry],
    collect() {
      this.set({ state: "in-use" }, pool.inUse);
      this.set({ state: "waiting" }, pool.waiting);
    },
  });
  new Gauge({
    name: "deskpulse_database_pool_connections_max",
    help: "Connections that the pool of this process may hold",
    registers: [registry],
  }).set(pool.connectionsMax);
}

/** Adds whether each of these Redis connections is up, by what it is for. */
export function measureRedis(
  registry: Registry,
  connections: Readonly<Record<string, { readonly status: string }>>,
): void {
  new Gauge({
    name: "deskpulse_redis_up",
    help: "1 while this process's Redis connection of that role is ready, else 0",
    labelNames: ["role"],
    registers: [registry],
    collect() {
      for (const [role, { status }] of Object.entries(connections)) this.set({ role }, status === "ready" ? 1 : 0);
    },
  });
}
