import type { RouteAnswer, RouteCall } from "@deskpulse/contract/http/call";
import type { JobName, JobRequestOf, JobResultOf } from "@deskpulse/contract/jobs/job-types";
import type { RouteKey, Routes } from "@deskpulse/contract/routes";
import { callRoute, type PlainCall } from "./call-route.ts";
import { createRealtime } from "./realtime.ts";
import { type RunOptions, runJob } from "./run-job.ts";
import { createSession, type Tokens } from "./session.ts";

export interface ClientOptions {
  /** Without a path: `https://desk.example`. */
  readonly apiUrl: string;
  /** Where Socket.IO listens. Without it, runs are followed by reading them. */
  readonly realtimeUrl?: string;
  /** Default `/socket.io/`. */
  readonly realtimePath?: string;
  /** At most one of these three; none reaches the routes that are for anyone. */
  readonly token?: string;
  readonly apiKey?: string;
  readonly credentials?: Tokens;
  /** To keep fresh tokens. It is waited for before they are used. */
  readonly onTokens?: (tokens: Tokens) => void | Promise<void>;
  readonly fetch?: typeof globalThis.fetch;
  /** For one request and its answer. Default 30 s; waiting by `prefer` comes on top. */
  readonly timeoutMs?: number;
  /** How often a run is read although its events arrive, in case one was lost. Default 10 s. */
  readonly statusEveryMs?: number;
}

/** What may go with any call. */
export interface CallOptions {
  readonly headers?: {
    /** Default a key of its own for each call of a route that takes one, so that it can be repeated without harm. */
    readonly idempotencyKey?: string;
    readonly prefer?: `wait=${number}` | "respond-async";
  };
  readonly signal?: AbortSignal;
}

type Given<Key extends RouteKey> = RouteCall<Routes[Key]> & CallOptions;

export interface DeskpulseClient {
  /**
   * Calls a route of the contract. Throws DeskpulseError for a problem, NoAnswerError when no answer came within
   * `timeoutMs`, and the signal's reason when it fires.
   */
  call<Key extends RouteKey>(
    key: Key,
    ...given: Record<never, never> extends RouteCall<Routes[Key]> ? [given?: Given<Key>] : [given: Given<Key>]
  ): Promise<RouteAnswer<Routes[Key]>>;
  /**
   * Starts a run and resolves with its result. Rejects with RunFailedError, RunCancelledError, RunTimedOutError, the
   * signal's reason, or what `call` throws.
   */
  run<Name extends JobName>(job: Name, input: JobRequestOf<Name>, options?: RunOptions): Promise<JobResultOf<Name>>;
  /** Closes the socket now. Without it, it is closed 2 s after the last run that was waited for. */
  close(): void;
}

/** A client of one caller. Throws TypeError for an address that is none, and for two kinds of credentials. */
export function createClient(options: ClientOptions): DeskpulseClient {
  const { token, apiKey, credentials, realtimeUrl, statusEveryMs = 10_000 } = options;
  if ([token, apiKey, credentials].filter((given) => given !== undefined).length > 1) {
    throw new TypeError("give one of token, apiKey and credentials");
  }
  const api = {
    url: new URL(options.apiUrl).href.replace(/\/+$/, ""),
    // a browser's fetch insists on being called on its window
    fetch: options.fetch ?? ((input, init) => globalThis.fetch(input, init)),
    timeoutMs: options.timeoutMs ?? 30_000,
  };
  const session = createSession({
    fixed: token ?? apiKey,
    tokens: credentials,
    onTokens: options.onTokens,
    // the answer was read by its status, and its shape is the contract's
    refresh: async (refreshToken) =>
      (await callRoute(api, null, "refreshToken", { body: { refreshToken } })).body as Tokens,
  });
  const realtime =
    realtimeUrl === undefined ? null : createRealtime(realtimeUrl, options.realtimePath ?? "/socket.io/", session);

  // callRoute answers successes only, whose bodies are what the contract says
  const call: DeskpulseClient["call"] = async (key, ...[given]) =>
    (await callRoute(api, session, key, (given ?? {}) as PlainCall)) as unknown as RouteAnswer<Routes[typeof key]>;

  return {
    call,
    run: async <Name extends JobName>(job: Name, input: JobRequestOf<Name>, options: RunOptions = {}) => {
      const tenant = options.tenantId === undefined ? {} : { tenantId: options.tenantId };
      const result = await runJob(
        {
          start: async () => (await call("startJob", { body: { job, input, ...tenant } })).body,
          read: async (runId, signal) => (await call("readJob", { params: { runId }, signal })).body,
          cancel: (runId) => call("cancelJob", { params: { runId } }),
        },
        realtime,
        statusEveryMs,
        options,
      );
      // the API checked it against the job's output before the run was completed
      return result as JobResultOf<Name>;
    },
    close: () => realtime?.close(),
  };
}
