import type { RouteKey } from "@deskpulse/contract/routes";
import { DeskpulseError } from "./deskpulse-error.ts";
import { exchange, type HttpAnswer } from "./exchange.ts";
import { retrying } from "./retry.ts";
import { routeLines } from "./routes.generated.ts";
import type { Session } from "./session.ts";

/** A call without its route's types: the client's `call` puts them on. */
export interface PlainCall {
  readonly params?: Readonly<Record<string, unknown>> | undefined;
  readonly query?: Readonly<Record<string, unknown>> | undefined;
  readonly body?: unknown;
  readonly headers?: { readonly idempotencyKey?: string; readonly prefer?: string } | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Api {
  readonly url: string;
  readonly fetch: typeof globalThis.fetch;
  readonly timeoutMs: number;
}

/**
 * Calls a route: authenticated by the session, which is renewed once after a 401, and repeated where that is harmless.
 * `session` null sends no credential.
 */
export async function callRoute(
  api: Api,
  session: Session | null,
  key: RouteKey,
  call: PlainCall,
): Promise<HttpAnswer> {
  const [method = "", path = "", idempotent] = routeLines[key].split(" ");
  const url = api.url + pathOf(path, call.params ?? {}) + queryOf(call.query ?? {});
  const body = call.body === undefined ? undefined : JSON.stringify(call.body);
  const idempotencyKey = call.headers?.idempotencyKey ?? (idempotent === undefined ? undefined : randomKey());
  const prefer = call.headers?.prefer;
  const headers = {
    accept: "application/json, application/problem+json",
    ...(body === undefined ? {} : { "content-type": "application/json" }),
    ...(idempotencyKey === undefined ? {} : { "idempotency-key": idempotencyKey }),
    ...(prefer === undefined ? {} : { prefer }),
  };
  const timeoutMs = api.timeoutMs + waitMs(prefer);

  const attempt = async (mayRenew: boolean): Promise<HttpAnswer> => {
    const credential = session?.credential() ?? null;
    const authorization = credential === null ? {} : { authorization: `Bearer ${credential}` };
    try {
      const request = { method, url, body, timeoutMs, signal: call.signal };
      return await exchange(api.fetch, { ...request, headers: { ...headers, ...authorization } });
    } catch (error) {
      const expired = error instanceof DeskpulseError && error.status === 401;
      if (!expired || !mayRenew || session === null || !(await session.renew(credential))) throw error;
      return await attempt(false);
    }
  };
  const harmless = method === "GET" || (method === "POST" && idempotent !== undefined);
  return harmless ? await retrying(call.signal, () => attempt(true)) : await attempt(true);
}

function pathOf(path: string, params: Readonly<Record<string, unknown>>): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = params[name];
    if (value === undefined || value === "") throw new TypeError(`${path} needs the parameter ${name}`);
    return encodeURIComponent(String(value));
  });
}

/** A list repeats its parameter; what is undefined is not sent. */
function queryOf(query: Readonly<Record<string, unknown>>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? value : [value]) if (one !== undefined) search.append(name, String(one));
  }
  const text = search.toString();
  return text === "" ? "" : `?${text}`;
}

/** The API answers that much later when it was asked to wait. */
const waitMs = (prefer: string | undefined): number => Number(/\bwait=(\d{1,4})/.exec(prefer ?? "")?.[1] ?? 0) * 1_000;

/** crypto.randomUUID is missing on pages that were not loaded over TLS. */
const randomKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
