import type { Database } from "@deskpulse/db/connect";
import type { EngineTx, TenantTx } from "@deskpulse/db/transaction";
import type { JobCatalog, JobDefinition, JobInput, JobOutput } from "@deskpulse/jobs/define-job";

declare const finishedMark: unique symbol;

/** Proof that the run was ended inside a transaction of its own; only `ctx.finishIn` makes one. */
export interface Finished<Output> {
  readonly [finishedMark]: true;
  readonly output: Output;
}

export interface RunContext<Output> {
  readonly runId: string;
  /** Null for operators' runs. */
  readonly tenantId: string | null;
  readonly createdBy: string;
  /** 1 for the first attempt. */
  readonly attempt: number;
  /** Aborts on cancellation, time-out, shutdown and when the run was lost to another worker. */
  readonly signal: AbortSignal;
  /** Lines for people; they stand in the run (1,000 at most) and in the process log. */
  readonly log: (line: string) => void;
  /** How far it is: a share 0..1 and what is being done. Cheap to call often. */
  readonly progress: (share: number, note?: string) => void;
  readonly database: Database;
  /** One transaction as the run's tenant, cancelled with the run. Throws for a run without tenant. */
  readonly inTenant: <T>(
    work: (tx: TenantTx) => Promise<T>,
    options?: { isolation?: "repeatable read"; statementTimeoutMs?: number },
  ) => Promise<T>;
  /** One transaction across tenants, cancelled with the run. */
  readonly inEngine: <T>(work: (tx: EngineTx) => Promise<T>) => Promise<T>;
  /** Writes domain rows and ends the run in one transaction: both happen, exactly once, or neither. */
  readonly finishIn: (work: (tx: TenantTx) => Promise<Output>) => Promise<Finished<Output>>;
}

export interface ProcessorCall<Definition extends JobDefinition> {
  readonly input: JobInput<Definition>;
  readonly ctx: RunContext<JobOutput<Definition>>;
}

/** The work of a job: returns its result, or ends the run itself through `ctx.finishIn`. Throwing means a retry. */
export type Processor<Definition extends JobDefinition> = (
  call: ProcessorCall<Definition>,
) => Promise<JobOutput<Definition> | Finished<JobOutput<Definition>>>;

/** Job -> processor; a job without one does not compile. */
export type Processors<Catalog extends JobCatalog> = { readonly [Key in keyof Catalog]: Processor<Catalog[Key]> };

/** Thrown by a processor when trying again is of no use. */
export class UnrecoverableError extends Error {
  override readonly name = "UnrecoverableError";
}

/** Carries the output of a run that `finishIn` ended. */
export class FinishedRun<Output> implements Finished<Output> {
  declare readonly [finishedMark]: true;
  readonly output: Output;

  constructor(output: Output) {
    this.output = output;
  }
}
