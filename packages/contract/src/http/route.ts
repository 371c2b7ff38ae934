import type { ProblemCode } from "@deskpulse/domain/errors";
import type { TenantRole } from "@deskpulse/domain/tenants/role";
import type { z } from "zod";

/** Who may call: anyone, operators only, or this tenant role and up (operators too, naming a tenant where one is needed). */
export type RouteRole = "anyone" | "operator" | TenantRole;

/** A body that its handler gets as bytes. What it may hold, `body` says for documents. */
export interface RawBodyContract {
  /** Of which the body must be one. */
  readonly mediaTypes: readonly string[];
  /** What one entry of the body is: a line, or an element of the list. */
  readonly entry: z.ZodType;
}

/** One row of the route table. Everything about a route but its handler. */
export interface RouteContract {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** With parameters in braces, as OpenAPI writes them. */
  readonly path: `/api/${string}`;
  readonly role: RouteRole;
  readonly summary: string;
  /** Takes an Idempotency-Key. */
  readonly idempotent?: boolean;
  /** Carries an ETag, and answers 304 to If-None-Match. */
  readonly conditional?: boolean;
  /** What a 200 may be besides JSON, for who prefers it (Accept). */
  readonly mediaTypes?: readonly string[];
  /** Problems that the rest of the row does not tell (problemStatusesOf), such as a conflict. */
  readonly problems?: readonly ProblemCode[];
  readonly params?: z.ZodType;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  /** Read as bytes by its handler, after the caller is known, and unpacked when it came compressed. */
  readonly rawBody?: RawBodyContract;
  /** Bytes of a body (unpacked) at most, where the limit of all routes is too low. */
  readonly bodyBytesMax?: number;
  /** Answers besides problems, by status. */
  readonly replies: Readonly<Record<number, z.ZodType>>;
}

export type RouteTable = Readonly<Record<string, RouteContract>>;
type Parsed<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined;
export type RouteParams<Route extends RouteContract> = Parsed<Route["params"]>;
export type RouteQuery<Route extends RouteContract> = Parsed<Route["query"]>;
/** A body of bytes that its handler reads. */
export interface RawBody {
  readonly mediaType: string;
  /** Reads it, not compressed any more; where it may be large, it keeps a place among the process' large bodies while `work` has it. */
  readonly read: <T>(work: (bytes: Uint8Array) => Promise<T>) => Promise<T>;
}

export type RouteBody<Route extends RouteContract> = Route["rawBody"] extends RawBodyContract
  ? RawBody
  : Parsed<Route["body"]>;
/** What a handler may answer: one of the row's statuses with its body. */
export type RouteReply<Route extends RouteContract> = {
  [Status in keyof Route["replies"] & number]: {
    readonly status: Status;
    readonly body: Route["replies"][Status] extends z.ZodType ? z.input<Route["replies"][Status]> : never;
    readonly headers?: Readonly<Record<string, string>>;
  };
}[keyof Route["replies"] & number];
