import type { RunStateRow } from "@deskpulse/db/jobs/read-run-states";
import { isFinal } from "@deskpulse/domain/runs/run-state";
import type { ProgressHint, PushEvent } from "@deskpulse/push/push-event";
import { BoundedMap } from "./bounded-map.ts";
import { isNewer, jobEventOf, progressEventOf, type RunVersion, stateOfHint } from "./job-event.ts";
import type { RealtimeMetrics } from "./metrics.ts";
import type { RealtimeIo } from "./realtime-socket.ts";
import { jobRoom, operatorRunsRoom, runIdOfRoom, tenantRoom, userRoom } from "./rooms.ts";
import type { RunReader } from "./run-reader.ts";

interface RunOwner {
  readonly runId: string;
  readonly tenantId: string | null;
  readonly createdBy: string;
}

interface Told extends RunVersion {
  readonly id: string;
  readonly job: string;
  readonly tenantId: string | null;
  readonly share: number;
}

export interface RunDelivery {
  /** Takes hints: reads those runs that somebody here wants to hear of, and tells what is new. */
  take(events: readonly PushEvent[]): void;
  /** Reads these runs again and tells what is new. Never rejects: what cannot be read is tried again soon. */
  reread(runIds: Iterable<string>): Promise<void>;
  /**
   * Reads a run for a socket that wants to join, and before it answers tells all others what is new, so that whoever
   * joins on the answer has missed nothing. Rejects when it cannot be read now.
   */
  readFor(socketId: string, runId: string): Promise<RunStateRow | null>;
  /** Somebody has joined the run's room: until it ends it is read now and then. */
  watch(run: RunStateRow): void;
  /** Runs in whose room somebody waits and which have not ended, as far as is known here. */
  readonly openRuns: ReadonlySet<string>;
  stop(): void;
}

/** Runs whose last told state is remembered; a forgotten one may be told twice. */
const toldMax = 50_000;
const againMax = 10_000;
const againAfterMs = 500;

/** Emits `job` events to the rooms of a run, from what stands in Postgres. */
export function createRunDelivery(io: RealtimeIo, reader: RunReader, metrics: RealtimeMetrics): RunDelivery {
  const { adapter } = io.of("/");
  const told = new BoundedMap<string, Told>(toldMax);
  const openRuns = new Set<string>();
  /** What could not be read, with the time since when it is owed. */
  const again = new BoundedMap<string, number | null>(againMax);
  let againTimer: NodeJS.Timeout | undefined;

  // The operator's room too: an operator may have started a run in a tenant's name.
  const roomsWithResult = ({ runId, tenantId, createdBy }: RunOwner): string[] =>
    [...new Set([jobRoom(runId), userRoom(tenantId, createdBy), userRoom(null, createdBy)])].filter(isInhabited);
  const roomsWithout = ({ tenantId }: Pick<RunOwner, "tenantId">): string[] =>
    [tenantId === null ? operatorRunsRoom : tenantRoom(tenantId)].filter(isInhabited);
  const isInhabited = (room: string): boolean => adapter.rooms.has(room);

  adapter.on("delete-room", (room: string) => {
    const runId = runIdOfRoom(room);
    if (runId !== null) openRuns.delete(runId);
  });

  function tell(run: RunStateRow, exceptSocketId?: string): void {
    if (isFinal(run.state)) openRuns.delete(run.id);
    else if (isInhabited(jobRoom(run.id))) openRuns.add(run.id);
    const last = told.get(run.id);
    const share = run.state === "started" ? (run.progress?.share ?? 0) : 0;
    if (last !== undefined && !isNewer(run, last)) {
      // a lost progress hint is made good by the next reading
      if (run.starts === last.starts && run.state === last.state && run.progress !== null && share > last.share) {
        tellProgress({ runId: run.id, tenantId: run.tenantId, createdBy: run.createdBy, progress: run.progress }, last);
      }
      return;
    }
    const { id, job, tenantId, starts, attempts, state } = run;
    const owner = { runId: id, tenantId, createdBy: run.createdBy };
    const withResult = roomsWithResult(owner);
    const without = roomsWithout(owner);
    if (withResult.length + without.length === 0) return;
    told.set(id, { id, job, tenantId, starts, attempts, state, share });
    metrics.events.inc({ event: "job", state });
    const except = exceptSocketId === undefined ? [] : [exceptSocketId];
    if (withResult.length > 0) io.to(withResult).except(except).emit("job", jobEventOf(run, true));
    if (without.length > 0)
      io.to(without)
        .except([...withResult, ...except])
        .emit("job", jobEventOf(run, false));
  }

  function tellProgress(hint: Omit<ProgressHint, "kind" | "job">, last: Told): void {
    if (last.state !== "started" || hint.progress.share < last.share) return;
    const rooms = [...roomsWithResult(hint), ...roomsWithout(hint)];
    if (rooms.length === 0) return;
    told.set(hint.runId, { ...last, share: hint.progress.share });
    metrics.events.inc({ event: "job", state: "progress" });
    io.to(rooms).emit("job", progressEventOf(last, hint.progress));
  }

  async function readAndTell(runId: string, withResult: boolean, hintedAtMs: number | null): Promise<void> {
    try {
      const run = await reader.read(runId, withResult);
      if (run !== null) tell(run);
      else openRuns.delete(runId);
      if (hintedAtMs !== null) metrics.hintSeconds.observe((performance.now() - hintedAtMs) / 1000);
    } catch {
      again.set(runId, hintedAtMs);
      againTimer ??= setTimeout(readAgain, againAfterMs).unref();
    }
  }

  function readAgain(): void {
    againTimer = undefined;
    const owed = [...again];
    again.clear();
    for (const [runId, hintedAtMs] of owed) void readAndTell(runId, true, hintedAtMs);
  }

  return {
    openRuns,
    take(events) {
      const nowMs = performance.now();
      for (const event of events) {
        if (event.kind === "cancel") continue;
        const withResult = roomsWithResult(event).length > 0;
        if (!withResult && roomsWithout(event).length === 0) continue;
        const last = told.get(event.runId);
        if (event.kind === "run" && event.committed !== undefined) {
          tell(stateOfHint(event, event.committed));
          metrics.hintSeconds.observe((performance.now() - nowMs) / 1000);
        } else if (event.kind === "run" || last === undefined || last.state === "queued") {
          void readAndTell(event.runId, withResult, nowMs);
        } else {
          tellProgress(event, last);
        }
      }
    },
    async reread(runIds) {
      await Promise.all(Array.from(runIds, (runId) => readAndTell(runId, true, null)));
    },
    async readFor(socketId, runId) {
      const run = await reader.read(runId, true);
      // an old run that somebody looks at again is no news to others
      if (run !== null && (told.has(runId) || !isFinal(run.state))) tell(run, socketId);
      return run;
    },
    watch(run) {
      if (!isFinal(run.state)) openRuns.add(run.id);
    },
    stop() {
      clearTimeout(againTimer);
      again.clear();
    },
  };
}
