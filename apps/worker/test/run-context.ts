import type { Database } from "@deskpulse/db/connect";
import { asEngine, asTenant } from "@deskpulse/db/transaction";
import type { RunContext } from "@deskpulse/runs/worker/processor";

/** What a processor gets for a run that ends by itself, of a tenant or (null) of operators. */
export function runContext<Output>(
  database: Database,
  tenantId: string | null,
  given: Partial<Pick<RunContext<Output>, "attempt" | "createdBy">> = {},
): RunContext<Output> {
  const { signal } = new AbortController();
  const refuse = (why: string) => () => Promise.reject(new Error(why));
  return {
    runId: "",
    tenantId,
    createdBy: "olga",
    attempt: 1,
    signal,
    log: () => undefined,
    progress: () => undefined,
    database,
    inTenant:
      tenantId === null
        ? refuse("an operator's run has no tenant")
        : (work, options) => asTenant(database, tenantId, work, { ...options, signal }),
    inEngine: (work) => asEngine(database, work, { signal }),
    finishIn: refuse("this run ends by itself"),
    ...given,
  };
}
