import { join } from "node:path";
import { freePort } from "@deskpulse/local-services/free-port";
import { Victim } from "./victim.ts";

/** Workers that are not started yet, each with a port and a log of its own. */
export async function makeWorkers(workers: {
  readonly count: number;
  readonly file: string;
  readonly env: Readonly<Record<string, string>>;
  readonly logs: string;
}): Promise<Victim[]> {
  const victims: Victim[] = [];
  for (let index = 1; index <= workers.count; index++) {
    const [name, port] = [`worker-${index}`, await freePort()];
    const env = { ...workers.env, NODE_ENV: "production", LOG_LEVEL: "info", WORKER_PORT: String(port) };
    victims.push(new Victim({ name, file: workers.file, port, env, logFile: join(workers.logs, `${name}.log`) }));
  }
  return victims;
}
