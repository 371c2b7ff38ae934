import type { RunsWantedOf } from "@deskpulse/db/jobs/recent-runs";
import type { RunDelivery } from "./deliver-runs.ts";
import type { RealtimeIo } from "./realtime-socket.ts";
import { operatorRunsRoom, tenantRoom } from "./rooms.ts";

/** Ids of runs, newest first, that changed since `changedSince` and belong to one of `of`. */
export type FindRecentRuns = (of: readonly RunsWantedOf[], changedSince: Date) => Promise<readonly string[]>;

export interface RunRepairOptions {
  readonly io: RealtimeIo;
  readonly delivery: RunDelivery;
  readonly findRecentRuns: FindRecentRuns;
  /** Do hints arrive now? While they do not, connected users' runs are looked up often. */
  readonly isLive: () => boolean;
  readonly onError: (error: unknown) => void;
  /** Between readings of the joined, unfinished runs. */
  readonly openRunsEveryMs: number;
  /** Between readings of connected users' recent runs while hints arrive, and while they do not. */
  readonly recentRunsEveryMs: { readonly live: number; readonly dead: number };
}

export interface RunRepair {
  /** Looks up connected users' recent runs now: hints may have been lost. */
  readRecentRuns(): void;
  stop(): void;
}

const openRunsPerReadMax = 1_000;
/** How often it is asked whether connected users' runs are due to be read. */
const lookEveryMs = 500;
const tenantsPerReadMax = 200;
/** Clocks of this machine and of the database may differ by as much. */
const clockSlackMs = 5_000;

/** Makes good what lost hints left untold, by reading: rooms of runs, and the runs of who is connected. */
export function startRunRepair(options: RunRepairOptions): RunRepair {
  const { io, delivery, findRecentRuns, isLive, onError } = options;
  let repairedUntilMs = Date.now();
  let readAtMs = Date.now();
  let underWay: Promise<void> | undefined;
  let wantedAgain = false;
  let rereading = false;

  async function rereadOpenRuns(): Promise<void> {
    if (rereading) return;
    rereading = true;
    try {
      await delivery.reread(takeTurns(openRunsPerReadMax));
    } finally {
      rereading = false;
    }
  }

  let turn = 0;
  /** At most `max` of the open runs, others next time. */
  function takeTurns(max: number): string[] {
    const all = [...delivery.openRuns];
    if (all.length <= max) return all;
    turn = turn >= all.length ? 0 : turn;
    const chosen = all.slice(turn, turn + max);
    turn += max;
    return chosen;
  }

  async function repair(): Promise<void> {
    const beganAtMs = Date.now();
    const changedSince = new Date(repairedUntilMs - clockSlackMs);
    const everyone = whoIsConnected(io);
    for (let from = 0; from < everyone.length; from += tenantsPerReadMax) {
      await delivery.reread(await findRecentRuns(everyone.slice(from, from + tenantsPerReadMax), changedSince));
    }
    repairedUntilMs = beganAtMs;
  }

  function readRecentRuns(): void {
    if (underWay !== undefined) {
      wantedAgain = true;
      return;
    }
    readAtMs = Date.now();
    underWay = repair()
      .catch(onError)
      .finally(() => {
        underWay = undefined;
        if (!wantedAgain) return;
        wantedAgain = false;
        readRecentRuns();
      });
  }

  const openTimer = setInterval(() => void rereadOpenRuns(), options.openRunsEveryMs).unref();
  const recentTimer = setInterval(
    () => {
      const everyMs = isLive() ? options.recentRunsEveryMs.live : options.recentRunsEveryMs.dead;
      if (Date.now() - readAtMs >= everyMs && underWay === undefined) readRecentRuns();
    },
    Math.min(options.recentRunsEveryMs.dead, lookEveryMs),
  ).unref();

  return {
    readRecentRuns,
    stop() {
      wantedAgain = false;
      clearInterval(openTimer);
      clearInterval(recentTimer);
    },
  };
}

/** Connected callers by tenant. Everybody's runs of a tenant are wanted where somebody is in the tenant's room. */
function whoIsConnected(io: RealtimeIo): RunsWantedOf[] {
  const subjects = new Map<string | null, Set<string>>();
  const { rooms } = io.of("/").adapter;
  for (const { data } of io.of("/").sockets.values()) {
    if (data.caller === null) continue;
    const { tenantId, subject } = data.caller;
    const known = subjects.get(tenantId);
    if (known === undefined) subjects.set(tenantId, new Set([subject]));
    else known.add(subject);
  }
  return [...subjects].map(([tenantId, known]) => ({
    tenantId,
    subjects: [...known],
    everybody: rooms.has(tenantId === null ? operatorRunsRoom : tenantRoom(tenantId)),
  }));
}
