import { setTimeout as sleep } from "node:timers/promises";
import type { Asker } from "./asker.ts";
import type { DrillRedis } from "./drill-redis.ts";
import type { Ledger } from "./ledger.ts";
import type { Fault } from "./plan.ts";
import type { Loss } from "./restarts.ts";
import type { Victim } from "./victim.ts";

export interface Ground {
  readonly api: Victim;
  readonly workers: readonly Victim[];
  readonly redis: DrillRedis;
  readonly ledger: Ledger;
  readonly asker: Asker;
  /** BullMQ's keys begin with it. */
  readonly bullPrefix: string;
  readonly signal: AbortSignal;
  readonly onDeath: (name: string) => void;
  readonly say: (line: string) => void;
}

/** What the faults hit, counted: a drill that hit nothing has shown nothing. */
export interface Damage {
  readonly losses: Loss[];
  workerKills: number;
  /** Runs of the frozen worker that others had started when it was thawed. */
  takenFromFrozen: number;
  apiKills: number;
  /** Runs answered 202 whose hand-over died with the API. */
  neverHandedOver: number;
  redisRestarts: number;
  redisEmptied: number;
}

export const noDamage = (): Damage => ({
  losses: [],
  workerKills: 0,
  takenFromFrozen: 0,
  apiKills: 0,
  neverHandedOver: 0,
  redisRestarts: 0,
  redisEmptied: 0,
});

/** A frozen worker is thawed when others have started one of its runs, or after this. */
const frozenAtMostMs = 25_000;
const victimSoughtMs = 4_000;

export async function breakThing(fault: Fault, ground: Ground, damage: Damage): Promise<void> {
  switch (fault.kind) {
    case "kill-worker":
      return await killWorker(fault, ground, damage);
    case "freeze-worker":
      return await freezeWorker(fault.worker, ground, damage);
    case "kill-api":
      return await killApi(fault, ground, damage);
    case "restart-redis":
    case "empty-redis": {
      const empty = fault.kind === "empty-redis";
      await ground.redis.outage(fault.awayMs, empty, (ms) => sleep(ms, undefined, { signal: ground.signal }));
      if (empty) damage.redisEmptied++;
      else damage.redisRestarts++;
      ground.say(`Redis is back, ${empty ? "empty" : "with its data"}`);
    }
  }
}

async function killWorker(
  fault: Extract<Fault, { kind: "kill-worker" }>,
  { workers, ledger, signal, onDeath, say }: Ground,
  damage: Damage,
): Promise<void> {
  const planned = workers[fault.worker];
  const victim = planned?.isFrozen ? workers[(fault.worker + 1) % workers.length] : planned;
  if (victim === undefined) throw new Error("the plan names a worker that there is not");
  await victim.exclusively(async () => {
    await victim.ready();
    await untilItHolds(victim, ledger, signal);
    const pid = await victim.kill();
    const atMs = Date.now();
    const runIds = await ledger.heldBy(pid);
    damage.losses.push({ atMs, runIds });
    damage.workerKills++;
    say(`killed ${victim.name}, which held ${runIds.length}`);
    await sleep(fault.restartAfterMs, undefined, { signal });
    victim.start(onDeath);
    await victim.ready();
  });
}

async function freezeWorker(index: number, { workers, ledger, signal, say }: Ground, damage: Damage): Promise<void> {
  const victim = workers[index];
  if (victim === undefined) throw new Error("the plan names a worker that there is not");
  await victim.exclusively(async () => {
    await victim.ready();
    await untilItHolds(victim, ledger, signal);
    const { pid } = victim;
    victim.freeze();
    const atMs = Date.now();
    const runIds = await ledger.heldBy(pid);
    damage.losses.push({ atMs, runIds });
    say(`froze ${victim.name}, which holds ${runIds.length}`);
    while (Date.now() < atMs + frozenAtMostMs && damage.takenFromFrozen === 0) {
      await sleep(25, undefined, { signal });
      damage.takenFromFrozen = (await ledger.startedElsewhere(runIds, pid, atMs)).length;
    }
    victim.thaw();
    say(
      `thawed ${victim.name} after ${Date.now() - atMs} ms; others had started ${damage.takenFromFrozen} of its runs`,
    );
  });
}

async function killApi(
  { requests }: Extract<Fault, { kind: "kill-api" }>,
  { api, redis, asker, bullPrefix, onDeath, say }: Ground,
  damage: Damage,
): Promise<void> {
  await api.ready();
  const runs = await redis.withoutWrites(async () => {
    const accepted = await Promise.all(requests.map((request) => asker.ask(request)));
    await api.kill();
    return accepted;
  });
  api.start(onDeath);
  for (const { id } of runs) {
    const keys = await Promise.all(
      ["analytics", "operations"].map((queue) => redis.client.exists(`${bullPrefix}:${queue}:${id}-1`)),
    );
    if (keys.every((found) => found === 0)) damage.neverHandedOver++;
  }
  damage.apiKills++;
  say(`killed the API after ${runs.length} times 202; ${damage.neverHandedOver} hand-overs died with it so far`);
  await api.ready();
}

/** Waits a little for the worker to have something to lose. */
async function untilItHolds(worker: Victim, ledger: Ledger, signal: AbortSignal): Promise<void> {
  const deadline = Date.now() + victimSoughtMs;
  while (Date.now() < deadline && (await ledger.heldBy(worker.pid)).length === 0)
    await sleep(15, undefined, { signal });
}
