import type { RouteKey, Routes } from "@deskpulse/contract/routes";
import type { z } from "zod";

/** A request in parts, as a URL and JSON carry them. */
export interface SampleRequest {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** The body of a success of this route. */
export type Answered<Key extends RouteKey> = z.output<Routes[Key]["replies"][keyof Routes[Key]["replies"]]>;

/** What samples are made of: a tenant, a member who can sign in, and things that other routes have made. */
export interface SampleWorld {
  readonly tenantId: string;
  /** The tenant's only admin with a password. */
  readonly member: { readonly userId: string; readonly email: string; readonly password: string };
  /** A finding of the platform, and new actions of it: one that can be taken back, or one that was. */
  readonly advice: {
    readonly findingId: string;
    action(state: "verified" | "undone"): Promise<string>;
  };
  /** A text that nobody has had before. */
  unique(): string;
  /** Sends the sample of another route (or this request), as the caller where it may, and gives the answer's body. */
  made<Key extends RouteKey>(key: Key, request?: SampleRequest): Promise<Answered<Key>>;
}
