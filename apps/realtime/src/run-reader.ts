import type { RunStateRow } from "@deskpulse/db/jobs/read-run-states";

/** One grouped read of runs, of any tenants. Ids that are unknown are left out of the answer. */
export type ReadRunStates = (ids: readonly string[], resultIds: readonly string[]) => Promise<readonly RunStateRow[]>;

export interface RunReader {
  /** The run as it is now or later than now; null when there is none. Rejects when it cannot be read now. */
  read(runId: string, withResult: boolean): Promise<RunStateRow | null>;
}

interface Waiting {
  withResult: boolean;
  readonly answer: Promise<RunStateRow | null>;
  resolve(run: RunStateRow | null): void;
  reject(error: unknown): void;
}

const idsPerReadMax = 500;

/**
 * Groups reads: while one is in flight, the next collects. Never two at once, so that answers come in the order of
 * the states they show. A read that hangs is given up after `timeoutMs`, and so is everything that waits behind it.
 */
export function createRunReader(readStates: ReadRunStates, timeoutMs: number): RunReader {
  const waiting = new Map<string, Waiting>();
  let reading = false;

  async function readAll(): Promise<void> {
    while (waiting.size > 0) {
      // one turn later, so that what comes in one message is read in one query
      await new Promise<void>((resolve) => setImmediate(resolve));
      const group = [...waiting].slice(0, idsPerReadMax);
      for (const [id] of group) waiting.delete(id);
      const resultIds = group.flatMap(([id, { withResult }]) => (withResult ? [id] : []));
      try {
        const answer = readStates(
          group.map(([id]) => id),
          resultIds,
        );
        const found = new Map((await inTime(answer, timeoutMs)).map((run) => [run.id, run]));
        for (const [id, { resolve }] of group) resolve(found.get(id) ?? null);
      } catch (error) {
        for (const [, { reject }] of [...group, ...waiting]) reject(error);
        waiting.clear();
      }
    }
    // in the same turn as the last look at `waiting`: who asks afterwards starts anew
    reading = false;
  }

  return {
    read(runId, withResult) {
      let entry = waiting.get(runId);
      if (entry === undefined) {
        entry = newEntry();
        waiting.set(runId, entry);
      }
      entry.withResult ||= withResult;
      if (!reading) {
        reading = true;
        void readAll();
      }
      return entry.answer;
    },
  };
}

function newEntry(): Waiting {
  let resolve: Waiting["resolve"] = () => undefined;
  let reject: Waiting["reject"] = () => undefined;
  const answer = new Promise<RunStateRow | null>((onValue, onError) => {
    resolve = onValue;
    reject = onError;
  });
  return { withResult: false, answer, resolve, reject };
}

async function inTime<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer from Postgres within ${timeoutMs} ms`)), timeoutMs);
  });
  // whatever it answers later is too old to be told
  work.catch(() => undefined);
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
