import type { z } from "zod";
import type { RouteContract } from "./route.ts";

type Sent<Schema> = Schema extends z.ZodType ? z.input<Schema> : undefined;
type QueryValue = string | number;

/** Query text is text, but callers may write numbers as such, and a repeatable parameter as a list. */
type QueryOf<Query> = Query extends object
  ? {
      readonly [Name in keyof Query]: unknown extends Query[Name]
        ? QueryValue | readonly QueryValue[] | undefined
        : string extends Query[Name]
          ? Query[Name] | number
          : Query[Name];
    }
  : undefined;

/** A part of a call: not there when the route takes none, optional when nothing in it is needed. */
type Part<Name extends string, Value> = [Value] extends [undefined]
  ? unknown
  : Record<never, never> extends Value
    ? { readonly [Key in Name]?: Value }
    : { readonly [Key in Name]: Value };

/** What a caller sends to a route. */
export type RouteCall<Route extends RouteContract> = Part<"params", Sent<Route["params"]>> &
  Part<"query", QueryOf<Sent<Route["query"]>>> &
  Part<"body", Sent<Route["body"]>>;

/** What a caller gets from a route besides problems: one of the row's statuses with its body. */
export type RouteAnswer<Route extends RouteContract> = {
  [Status in keyof Route["replies"] & number]: {
    readonly status: Status;
    readonly body: Route["replies"][Status] extends z.ZodType ? z.output<Route["replies"][Status]> : never;
    readonly headers: Headers;
  };
}[keyof Route["replies"] & number];
