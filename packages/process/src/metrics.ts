import { collectDefaultMetrics, Registry } from "prom-client";

/** A registry with the runtime's own figures (CPU, memory, event loop, garbage collection). No tenant ids, ever. */
export function createMetrics(app: string): Registry {
  const registry = new Registry();
  registry.setDefaultLabels({ app });
  collectDefaultMetrics({ register: registry });
  return registry;
}
