import type { JobEvent } from "@deskpulse/contract/realtime/job-event";
import type { ClientToServerEvents, ServerToClientEvents } from "@deskpulse/contract/socket-events";
import type { Socket } from "socket.io-client";
import type { Session } from "./session.ts";

/** Somebody who waits for a run. */
export interface RunWatcher {
  onEvent(event: JobEvent): void;
  /** Whether events of the run arrive from now on, as far as can be known. */
  onLive(live: boolean): void;
}

/** The one socket of a client: opened when a run is waited for, closed when none has been for a while. */
export interface Realtime {
  /** Connects ahead of a watch. */
  open(): void;
  /** Returns how to stop watching. */
  watch(runId: string, watcher: RunWatcher): () => void;
  close(): void;
}

type JobSocket = Socket<ServerToClientEvents, ClientToServerEvents>;

const idleMs = 2_000;
const ackTimeoutMs = 5_000;
/** After the server refused or ended a connection, which Socket.IO does not try again by itself; then doubling. */
const againMs = 500;
const longestAgainMs = 30_000;
const renewPauseMs = 1_000;

export function createRealtime(url: string, path: string, session: Session): Realtime {
  const watchers = new Map<string, Set<RunWatcher>>();
  /** Grows with each opening and closing: what was begun before has no more to say. */
  let era = 0;
  let isOpen = false;
  let socket: JobSocket | undefined;
  let refusals = 0;
  let sentCredential: string | null = null;
  let idleTimer: ReturnType<typeof setTimeout> | undefined;
  let againTimer: ReturnType<typeof setTimeout> | undefined;
  let renewTimer: ReturnType<typeof setTimeout> | undefined;

  const tell = (runId: string, what: (watcher: RunWatcher) => void): void => {
    for (const watcher of watchers.get(runId) ?? []) what(watcher);
  };

  async function join(from: JobSocket, runId: string): Promise<void> {
    const reply = await from.timeout(ackTimeoutMs).emitWithAck("join", { room: `job:${runId}` });
    if (reply.ok && from.connected) tell(runId, (watcher) => watcher.onLive(true));
  }

  /** Loaded on demand: who never waits for a run does not carry it. */
  async function connect(): Promise<void> {
    const begun = ++era;
    const { io } = await import("socket.io-client");
    if (begun !== era) return;
    const made: JobSocket = io(url, {
      path,
      transports: ["websocket", "polling"],
      // some proxies let no websocket through
      tryAllTransports: true,
      forceNew: true,
      auth: (give) => {
        sentCredential = session.credential();
        give({ token: sentCredential });
      },
    });
    socket = made;
    made.on("job", (event) => tell(event.runId, (watcher) => watcher.onEvent(event)));
    made.on("connect", () => {
      refusals = 0;
      renewAhead();
      // a join that is not answered is made up for by reading the run
      for (const runId of watchers.keys()) join(made, runId).catch(() => undefined);
    });
    made.on("disconnect", (reason) => {
      for (const runId of watchers.keys()) tell(runId, (watcher) => watcher.onLive(false));
      if (reason === "io server disconnect") connectAgain(made);
    });
    made.on("connect_error", (error) => {
      if (made.active) return;
      const unauthenticated = "data" in error && codeOf(error.data) === "unauthenticated";
      connectAgain(made, unauthenticated);
    });
    made.on("auth-expired", () => void session.renew(sentCredential).catch(() => undefined));
  }

  /** With a fresh credential where the old one is refused; without one there is no use in trying. */
  function connectAgain(from: JobSocket, unauthenticated = false): void {
    clearTimeout(againTimer);
    const pauseMs = Math.min(longestAgainMs, againMs * 2 ** refusals++) * (0.5 + Math.random() / 2);
    againTimer = setTimeout(async () => {
      const fresh = unauthenticated ? await session.renew(sentCredential).catch(() => true) : true;
      if (fresh && socket === from) from.connect();
    }, pauseMs);
  }

  /** The next connection finds a fresh token, when the server ends this one with its old token. */
  function renewAhead(): void {
    clearTimeout(renewTimer);
    const atMs = session.renewAtMs();
    if (atMs === null) return;
    const credential = session.credential();
    renewTimer = setTimeout(
      () => {
        session.renew(credential).then(renewAhead, () => undefined);
      },
      Math.min(Math.max(renewPauseMs, atMs - Date.now()), 2 ** 31 - 1),
    );
  }

  function close(): void {
    for (const timer of [idleTimer, againTimer, renewTimer]) clearTimeout(timer);
    era++;
    isOpen = false;
    refusals = 0;
    socket?.disconnect();
    socket = undefined;
  }

  function closeWhenIdle(): void {
    clearTimeout(idleTimer);
    if (watchers.size === 0) idleTimer = setTimeout(close, idleMs);
  }

  function open(): void {
    closeWhenIdle();
    if (isOpen) return;
    isOpen = true;
    const failed = (): void => {
      isOpen = false;
    };
    connect().catch(failed);
  }

  return {
    open,
    close,
    watch(runId, watcher) {
      const known = watchers.get(runId) ?? new Set();
      watchers.set(runId, known.add(watcher));
      open();
      if (socket?.connected === true) join(socket, runId).catch(() => undefined);
      return () => {
        known.delete(watcher);
        if (known.size > 0 || watchers.get(runId) !== known) return;
        watchers.delete(runId);
        if (socket?.connected === true) socket.emit("leave", { room: `job:${runId}` }, () => undefined);
        closeWhenIdle();
      };
    },
  };
}

function codeOf(data: unknown): unknown {
  return typeof data === "object" && data !== null && "code" in data ? data.code : undefined;
}
