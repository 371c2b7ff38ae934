import type { CatchUpPolicy, OverlapPolicy } from "@deskpulse/domain/schedules/schedule";
import type { TenantRole } from "@deskpulse/domain/tenants/role";
import type { z } from "zod";
import type { QueueName } from "./queues.ts";

/** What `prepare` may use to complete a request. */
export interface PrepareContext {
  /** The tenant's IANA zone. */
  readonly timezone: string;
  readonly nowMs: number;
}

/** Who starts a run. */
export interface JobCaller {
  /** The user's id, or the API key's id. */
  readonly subject: string;
  readonly role: TenantRole | "operator";
}

/** The schedule that comes with a job. */
export interface BuiltInTimes {
  /** Five fields, or six with seconds first. */
  readonly cron: string;
  /** IANA. */
  readonly timezone: string;
  /** The request of each run. */
  readonly input: unknown;
  readonly catchUp: CatchUpPolicy;
  readonly overlap: OverlapPolicy;
}

/** All policy of one job. A processor of the same name does the work. */
export interface JobDefinition<
  Request extends z.ZodType = z.ZodType,
  Input extends z.ZodType = z.ZodType,
  Output extends z.ZodType = z.ZodType,
  Name extends string = string,
> {
  /** `<area>.<what>`, as callers name it. */
  readonly name: Name;
  readonly queue: QueueName;
  /** One sentence for people. */
  readonly summary: string;
  /** What callers send. */
  readonly request: Request;
  /** What is stored and what the processor gets. */
  readonly input: Input;
  readonly output: Output;
  /**
   * Narrows a request to what its caller may see, before it is completed, so that the sharing key is of what was narrowed;
   * throws ProblemError for what is not theirs. Absent: whoever may start it sees all of the tenant.
   */
  scope?(request: z.output<Request>, caller: JobCaller): z.output<Request>;
  /** Completes and checks a request; throws ProblemError (unprocessable). Absent: the request is the input. */
  prepare?(request: z.output<Request>, context: PrepareContext): z.input<Input>;
  /** Errors allowed; the run fails at the last. */
  readonly attempts: number;
  /** The wait before the n-th retry (n from 1). */
  backoffMs(attempt: number): number;
  /** For one attempt; then its signal aborts and the attempt counts as an error. */
  readonly timeoutMs: number;
  /** Runs of one tenant with equal keys share one unfinished run. Absent: every request is a run of its own. */
  sharingKey?(input: z.output<Input>): string;
  /** How old a stored result may be that answers an equal request. 0: always computed anew. */
  readonly freshnessSeconds: number;
  /** When the platform starts it by itself, without a tenant: only for jobs of operators. */
  readonly schedule?: BuiltInTimes;
  /** Who may enqueue it: this role and up in a tenant, or operators only. */
  readonly role: TenantRole | "operator";
}

export type JobCatalog = Readonly<Record<string, JobDefinition>>;
export type JobInput<Definition extends JobDefinition> = z.output<Definition["input"]>;
export type JobOutput<Definition extends JobDefinition> = z.input<Definition["output"]>;

/** Gives a definition its exact types. */
export function defineJob<
  Request extends z.ZodType,
  Input extends z.ZodType,
  Output extends z.ZodType,
  const Name extends string,
>(definition: JobDefinition<Request, Input, Output, Name>): JobDefinition<Request, Input, Output, Name> {
  return definition;
}

/** Doubling from `firstMs`, at most `maxMs`, with up to a fifth of jitter so that failed runs do not return as a herd. */
export function exponentialBackoff(firstMs: number, maxMs: number): (attempt: number) => number {
  return (attempt) => Math.round(Math.min(maxMs, firstMs * 2 ** (attempt - 1)) * (0.9 + Math.random() * 0.2));
}
