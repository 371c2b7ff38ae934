import type { Demand } from "@deskpulse/cache/demand";
import type { ReportCache } from "@deskpulse/cache/report-cache";
import type { RouteBody, RouteContract, RouteParams, RouteQuery, RouteReply } from "@deskpulse/contract/http/route";
import type { RouteKey, Routes } from "@deskpulse/contract/routes";
import type { Database } from "@deskpulse/db/connect";
import type { Caller } from "@deskpulse/domain/tenants/caller";
import type { TokenKey } from "@deskpulse/identity/jwt-secret";
import type { SecretBox } from "@deskpulse/identity/secret-box";
import type { Authenticator } from "@deskpulse/identity/verify-credentials";
import type { JobDefinition } from "@deskpulse/jobs/define-job";
import type { RunService } from "@deskpulse/runs/run-service";
import type { LiveSnapshots } from "../analytics/live-snapshots.ts";
import type { SignInThrottle } from "../identity/sign-in-throttle.ts";
import type { RunWaiters } from "../jobs/run-waiters.ts";
import type { CacheSnapshots } from "../performance/cache-snapshots.ts";
import type { KnownTenants } from "../tenants/known-tenants.ts";
import type { RateLimiter } from "./rate-limit.ts";
import type { RawBodyPlaces } from "./raw-body-places.ts";

/** What handlers may use; made once per process. */
export interface ApiParts {
  readonly database: Database;
  readonly runs: RunService;
  readonly waiters: RunWaiters;
  readonly cacheFigures: CacheSnapshots;
  readonly live: LiveSnapshots;
  readonly reports: ReportCache;
  readonly demand: Demand;
  readonly tenants: KnownTenants;
  /** By the name that callers use. */
  readonly jobs: ReadonlyMap<string, JobDefinition>;
  readonly tokenKey: TokenKey;
  readonly authenticator: Authenticator;
  /** Null without SECRETS_KEY. */
  readonly secrets: SecretBox | null;
  readonly signIns: SignInThrottle;
  readonly limiter: RateLimiter;
  readonly rawBodies: RawBodyPlaces;
}

/** One request, already authenticated and checked against the contract. */
export interface Call<Route extends RouteContract, Who = Caller> {
  readonly params: RouteParams<Route>;
  readonly query: RouteQuery<Route>;
  readonly body: RouteBody<Route>;
  readonly caller: Who;
  readonly header: (name: string) => string | undefined;
  /** Which of these media types the caller likes best (Accept); the first where it names none of them. */
  readonly prefers: <Type extends string>(first: Type, ...others: Type[]) => Type;
  /** The bearer credential; "" when there is none. */
  readonly credential: string;
  /** Where the request comes from, as limits count it. */
  readonly address: string;
  /** Aborts when the caller has left. */
  readonly left: AbortSignal;
  /** The route's key and the hash of its body, for Idempotency-Key. */
  readonly route: string;
  readonly bodyHash: () => string;
}

type WhoCalls<Route extends RouteContract> = Route["role"] extends "anyone" ? null : Caller;
/** An answer with headers but no body of its own, such as 304. */
export interface BodylessReply {
  readonly status: 304;
  readonly headers: Readonly<Record<string, string>>;
}

/** An answer whose JSON was written before, after it was checked against the row's body. */
export interface TextReply {
  readonly status: 200;
  readonly json: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** An answer that is no JSON, of one of the row's other media types. */
export interface MediaReply {
  readonly status: 200;
  readonly text: string;
  readonly mediaType: string;
  readonly headers: Readonly<Record<string, string>>;
}

export type Handler<Key extends RouteKey> = (
  call: Call<Routes[Key], WhoCalls<Routes[Key]>>,
  parts: ApiParts,
) => Promise<RouteReply<Routes[Key]> | BodylessReply | TextReply | MediaReply>;

export type Handlers = { readonly [Key in RouteKey]: Handler<Key> };
