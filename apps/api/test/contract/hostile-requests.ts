import { randomUUID } from "node:crypto";
import type { RouteContract } from "@deskpulse/contract/http/route";
import { isAdmitted } from "@deskpulse/contract/openapi/describe-routes";
import { jsonSchemaOf } from "@deskpulse/contract/openapi/json-schema";
import { takesPrefer } from "@deskpulse/contract/openapi/parameters";
import fc from "fast-check";
import type { ApiFixture } from "../api-fixture.ts";
import { disturbed, nasty, poisoned, valuesOf } from "./hostile-values.ts";
import type { SampleRequest } from "./sample-request.ts";
import { type CallerName, callers, httpOf, table } from "./sample-world.ts";

/** A request to a route, with what an HTTP client can be made to send. */
export interface HostileRequest {
  readonly key: string;
  /** What is wrong with it. */
  readonly kind: string;
  readonly method: string;
  readonly target: string;
  readonly who: keyof ApiFixture["tokens"] | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

interface Base {
  readonly key: string;
  readonly route: RouteContract;
  readonly sample: SampleRequest;
  /** Somebody whom the route lets in. */
  readonly who: HostileRequest["who"];
}

type Made = Omit<HostileRequest, "key" | "kind" | "who"> & { readonly who?: HostileRequest["who"] };
/** A way to spoil a valid request; null where the route has nothing of the kind. */
type Spoil = (base: Base) => fc.Arbitrary<Made> | null;

/** Requests to one route that it cannot accept: each is made of a valid one by spoiling one thing. */
export function refusable(key: string, route: RouteContract, sample: SampleRequest): fc.Arbitrary<HostileRequest> {
  const who = ownerOf(route);
  const base: Base = { key, route, sample, who };
  const ways = Object.entries(spoils).flatMap(([kind, spoil]) => {
    const made = spoil(base);
    return made === null ? [] : [made.map((request): HostileRequest => ({ key, kind, who, ...request }))];
  });
  return fc.tuple(fc.oneof(...ways), noise).map(([request, extra]) => ({
    ...request,
    headers: { ...extra, ...request.headers },
  }));
}

/** Requests to one route of which nobody knows beforehand whether they make sense. */
export function wild(key: string, route: RouteContract, sample: SampleRequest): fc.Arbitrary<HostileRequest> {
  const part = (schema: RouteContract["body"], value: unknown): fc.Arbitrary<unknown> => {
    if (schema === undefined) return fc.constant(undefined);
    const described = jsonSchemaOf(schema, "input");
    return fc.oneof(disturbed(value ?? {}), valuesOf(described), valuesOf(described).chain(disturbed), nasty);
  };
  return fc
    .record({
      who: route.role === "anyone" ? fc.constant(null) : fc.constantFrom<HostileRequest["who"]>(...anybody),
      query: part(route.query, sample.query),
      body: part(route.body, sample.body),
      headers: noise,
    })
    .map(({ who, query, body, headers }) => {
      const { target } = httpOf(route, { ...sample, query: textsIn(query) });
      const hasBody = route.method !== "GET" && body !== undefined;
      return {
        key,
        kind: "wild",
        method: route.method,
        target,
        who,
        headers: { ...(hasBody ? json : {}), prefer: "wait=0", ...headers },
        ...(hasBody ? { body: JSON.stringify(body) } : {}),
      };
    });
}

const anybody = [...Object.keys(callers), "foreignNamesake", "ghost", null] as HostileRequest["who"][];
/** Somebody whom the route lets in; a credential where none is asked for might be ended by signing out. */
function ownerOf({ role }: RouteContract): HostileRequest["who"] {
  if (role === "anyone") return null;
  return role === "operator" ? "operator" : "admin";
}

const json = { "content-type": "application/json" };

/** Headers that change nothing, whatever they say. */
const noise = fc.record(
  {
    "x-request-id": fc.constantFrom("", "x", "\u00ff", "k".repeat(300), "<script>", "a b"),
    "x-http-method-override": fc.constantFrom("DELETE", "POST", "x"),
    "if-none-match": fc.constantFrom("", "W/x", '"', '"a", b'),
    cookie: fc.constantFrom("=", "a=b; a=c; __proto__=1", ";;;"),
    range: fc.constantFrom("bytes=9-1", "x=1-2"),
    accept: fc.constantFrom("", "text/html", "application/xml;q=2"),
    "x-forwarded-for": fc.constantFrom("1.2.3.4", "::1, x", "\u00e4"),
  },
  { requiredKeys: [] },
);

/** Half a surrogate pair cannot stand in a URL. */
const wellFormed = (text: string): string => Buffer.from(text).toString();

/** Query values are text; what cannot be written as one entry is left to raw targets. */
function textsIn(value: unknown): Record<string, string> {
  if (value === null || typeof value !== "object") return {};
  const text = (inner: unknown): string => (typeof inner === "string" ? inner : String(JSON.stringify(inner)));
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [wellFormed(name), wellFormed(text(inner))]));
}

const valid = ({ route, sample }: Base): Made => {
  const { target, sent } = httpOf(route, sample);
  const hasBody = route.method !== "GET" && sent.body !== undefined;
  return {
    method: route.method,
    target,
    headers: { ...(hasBody ? json : {}), prefer: "wait=0" },
    ...(hasBody ? { body: JSON.stringify(sent.body) } : {}),
  };
};
const asked = (target: string, search: string): string => `${target}${target.includes("?") ? "&" : "?"}${search}`;
const withBody = (base: Base, body: string | Uint8Array, headers = json as Record<string, string>): Made => ({
  ...valid(base),
  headers: { prefer: "wait=0", ...headers },
  body,
});
const encoder = new TextEncoder();

const spoils: Readonly<Record<string, Spoil>> = {
  "an unknown parameter": (base) =>
    fc
      .constantFrom(
        "nobody-knows=1",
        "__proto__=1",
        "constructor[prototype]=1",
        "a[]=1",
        "=",
        "%00=1",
        "%F0%9F%92%A9=x",
      )
      .map((search) => ({ ...valid(base), target: asked(valid(base).target, search) })),

  "a query that is no UTF-8": (base) =>
    fc
      .constantFrom("x=%ff", "%zz", "x=%E0%A4%A", "x=%c0%80", "%")
      .map((search) => ({ ...valid(base), target: asked(valid(base).target, search) })),

  "a parameter that the schema refuses": (base) => {
    const { query } = base.route;
    if (query === undefined) return null;
    const names = Object.keys(jsonSchemaOf(query, "input").properties ?? {});
    return fc
      .tuple(fc.constantFrom(...names), nasty)
      .map(([name, value]) => ({ ...base.sample.query, ...textsIn({ [name]: value }) }))
      .filter((said) => !query.safeParse(said).success)
      .map((said) => ({ ...valid(base), target: httpOf(base.route, { ...base.sample, query: said }).target }));
  },

  "a parameter twice": (base) => {
    if (base.route.query === undefined) return null;
    const { properties = {} } = jsonSchemaOf(base.route.query, "input");
    const single = Object.entries(properties).flatMap(([name, { type }]) => (type === "array" ? [] : [name]));
    if (single.length === 0) return null;
    return fc.constantFrom(...single).map((name) => ({
      ...valid(base),
      target: `${valid(base).target.split("?")[0]}?${name}=1&${name}=1`,
    }));
  },

  "a body that the schema refuses": (base) => {
    const { body } = base.route;
    if (body === undefined) return null;
    return fc
      .oneof(disturbed(base.sample.body), valuesOf(jsonSchemaOf(body, "input")).chain(disturbed))
      .map((value) => JSON.stringify(value))
      .filter((text) => text !== undefined && !body.safeParse(JSON.parse(text)).success)
      .map((text) => withBody(base, text));
  },

  "a body that no route takes": (base) => {
    if (base.route.method === "GET") return null;
    const inside = (member: string): string => {
      const text = JSON.stringify(base.sample.body ?? {});
      return text === "{}" ? `{${member}}` : `{${member},${text.slice(1)}`;
    };
    return fc
      .constantFrom(
        inside('"__proto__":{"role":"operator"}'),
        inside('"constructor":{"prototype":{}}'),
        inside('"nobodyKnowsThis":null'),
        inside('"a":"\\u0000"'),
        inside('"a":"\\ud800"'),
        inside(`"a":${"[".repeat(5_000)}${"]".repeat(5_000)}`),
        inside('"a":1e999999'),
        inside(`"a":${"9".repeat(10_000)}`),
      )
      .map((text) => withBody(base, text));
  },

  "a text that no database takes": (base) => {
    // what stands in one entry of a raw body is judged by its run, which loses no other for it
    if (base.route.body === undefined || base.route.rawBody !== undefined) return null;
    return poisoned(base.sample.body).map((value) => withBody(base, JSON.stringify(value)));
  },

  "a body that is no JSON": (base) => {
    if (base.route.method === "GET") return null;
    return fc
      .oneof(
        fc
          .constantFrom("{", "}", "[1,]", "{'a':1}", "undefined", "NaN", '"', "{}{}", "\u0000", "// x", "<a/>")
          .map((text) => encoder.encode(text)),
        fc.uint8Array({ minLength: 1, maxLength: 60 }).filter((bytes) => !isJson(bytes)),
        fc.constant(Uint8Array.of(0x22, 0xff, 0xfe, 0x22)),
        fc.constant(Uint8Array.of(0x22, 0xc0, 0x80, 0x22)),
      )
      .map((bytes) => withBody(base, bytes));
  },

  "a body of another kind": (base) => {
    if (base.route.body === undefined) return null;
    const text = JSON.stringify(base.sample.body);
    return fc
      .constantFrom<Record<string, string>>(
        { "content-type": "text/plain" },
        { "content-type": "application/x-www-form-urlencoded" },
        { "content-type": "multipart/form-data; boundary=x" },
        { "content-type": "application/json; charset=utf-16" },
        { "content-type": "application/json; charset=latin1" },
        { "content-type": "a/b" },
        { "content-type": ";" },
        {},
        { ...json, "content-encoding": "gzip" },
        { ...json, "content-encoding": "br" },
        { ...json, "content-encoding": "zip, gzip" },
      )
      .map((headers) => withBody(base, text, headers));
  },

  "a path to nothing": (base) => {
    const { params } = base.route;
    if (params === undefined) return null;
    const names = [...base.route.path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
    const hostile = fc.oneof(
      fc.constantFrom("..", "../..", "%", "a/b", "\0", "%2e%2e", ".", " ", "*", "null", "x".repeat(2_000)),
      fc.string({ unit: "binary", minLength: 1, maxLength: 20 }),
      fc.constant(null).map(() => randomUUID()),
    );
    return fc
      .tuple(fc.constantFrom(...names), hostile)
      .map(([name, value]) => ({ ...base.sample.params, [name]: wellFormed(value) }))
      .filter((said) => isUnknown(params, said))
      .map((said) => ({
        ...valid(base),
        target: httpOf(base.route, { ...base.sample, params: said }).target,
      }));
  },

  "a path that leads elsewhere": (base) =>
    fc
      .constantFrom("/nothing/here", "/%2e%2e/x/y", "%00", "/%", "%2f..%2f", "/;x=y", "/%ff")
      .map((tail) => ({ ...valid(base), target: `${valid(base).target.split("?")[0]}${tail}` })),

  "another method": (base) => {
    const { target } = valid(base);
    const known = methodsAt(target.split("?")[0] ?? "");
    return fc
      .constantFrom("PUT", "PATCH", "DELETE", "POST", "PROPFIND", "MKCOL", "PURGE", "REPORT", "TRACE", "LOCK")
      .filter((method) => !known.has(method))
      .map((method) => ({ ...valid(base), method }));
  },

  "a credential that is none": (base) => {
    if (base.route.role === "anyone") return null;
    return fc
      .constantFrom(
        "",
        "Bearer",
        "Bearer ",
        "Bearer x",
        "Basic YTpi",
        "bearer a b",
        "Bearer null",
        `Bearer ${unsigned}`,
      )
      .map((authorization) => ({ ...valid(base), who: null, headers: { ...valid(base).headers, authorization } }));
  },

  "a caller who may not": (base) => {
    const refused = (Object.keys(callers) as CallerName[]).filter((name) => !isAdmitted(base.route, callers[name]));
    if (refused.length === 0) return null;
    return fc.constantFrom(...refused).map((who) => ({ ...valid(base), who }));
  },

  "an Idempotency-Key that cannot be kept": (base) => {
    if (base.route.idempotent !== true) return null;
    return fc
      .constantFrom("", " ", "k".repeat(201), "a b", "\u00e9", "a\tb")
      .map((key) => ({ ...valid(base), headers: { ...valid(base).headers, "idempotency-key": key } }));
  },

  "a preference that is no number": (base) => {
    if (!takesPrefer(base.route)) return null;
    return fc
      .constantFrom("wait=x", "wait=-1", "wait=", "wait=1e9", "wait=9999999999", "respond-async, wait=soon")
      .map((prefer) => ({ ...valid(base), headers: { ...valid(base).headers, prefer } }));
  },
};

const unsigned = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4Iiwicm9sZSI6Im9wZXJhdG9yIn0.";

function isJson(bytes: Uint8Array): boolean {
  try {
    JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    return true;
  } catch {
    return false;
  }
}

/** Ids that the row does not read, and one that nobody has. */
function isUnknown(params: NonNullable<RouteContract["params"]>, said: Readonly<Record<string, string>>): boolean {
  const fits = params.safeParse(said).success;
  return !fits || Object.values(said).some((value) => /^[0-9a-f]{8}-[0-9a-f]{4}-4/.test(value));
}

function methodsAt(path: string): Set<string> {
  const fits = ({ path: pattern }: RouteContract): boolean =>
    new RegExp(`^${pattern.replace(/\{\w+\}/g, "[^/]+")}/?$`, "i").test(path);
  return new Set(table.flatMap(([, route]) => (fits(route) ? [route.method] : [])));
}
