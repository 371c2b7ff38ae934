import type { RouteBody, RouteContract, RouteParams, RouteQuery, RouteReply } from "@deskpulse/contract/http/route";
import type { RouteKey, Routes } from "@deskpulse/contract/routes";
import type { Database } from "@deskpulse/db/connect";
import type { Caller } from "@deskpulse/domain/tenants/caller";
import type { TokenKey } from "@deskpulse/identity/jwt-secret";
import type { JobDefinition } from "@deskpulse/jobs/define-job";
import type { RunService } from "@deskpulse/runs/run-service";
import type { RunWaiters } from "../jobs/run-waiters.ts";

/** What handlers may use; made once per process. */
export interface ApiParts {
  readonly database: Database;
  readonly runs: RunService;
  readonly waiters: RunWaiters;
  /** By the name that callers use. */
  readonly jobs: ReadonlyMap<string, JobDefinition>;
  readonly tokenKey: TokenKey;
}

/** One request, already authenticated and checked against the contract. */
export interface Call<Route extends RouteContract, Who = Caller> {
  readonly params: RouteParams<Route>;
  readonly query: RouteQuery<Route>;
  readonly body: RouteBody<Route>;
  readonly caller: Who;
  readonly header: (name: string) => string | undefined;
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

export type Handler<Key extends RouteKey> = (
  call: Call<Routes[Key], WhoCalls<Routes[Key]>>,
  parts: ApiParts,
) => Promise<RouteReply<Routes[Key]> | BodylessReply>;

export type Handlers = { readonly [Key in RouteKey]: Handler<Key> };
