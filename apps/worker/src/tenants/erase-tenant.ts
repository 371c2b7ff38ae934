import { clearCache } from "@deskpulse/cache/clear-cache";
import { deleteEndedRunsOf } from "@deskpulse/db/erasure/erase-copies";
import {
  deleteRowsOfTenant,
  deleteTenant,
  endAccessToTenant,
  largeTables,
  nameOfTenant,
} from "@deskpulse/db/erasure/erase-tenant";
import { insertAuditEntry } from "@deskpulse/db/identity/insert-audit-entry";
import { asEngine, asTenant } from "@deskpulse/db/transaction";
import type { eraseTenant as job } from "@deskpulse/jobs/tenants/erase-tenant";
import { type Processor, UnrecoverableError } from "@deskpulse/runs/worker/processor";
import type { WorkerParts } from "../worker-parts.ts";

const rowsPerStatement = 10_000;
const statementTimeoutMs = 60_000;
/** What is left by then is small, or came in meanwhile; it goes with the tenant in one statement. */
const lastStatementTimeoutMs = 600_000;

/** Repeatable at any point: it goes on with what is left. */
export const eraseTenant =
  ({ cache }: Pick<WorkerParts, "cache">): Processor<typeof job> =>
  async ({ input: { tenantId, name }, ctx }) => {
    const { signal } = ctx;
    const known = await ctx.inEngine((tx) => nameOfTenant(tx, tenantId));
    // the attempt before may have ended after its last statement
    if (known === null && ctx.attempt > 1) return { rowsDeleted: 0, usersDeleted: 0 };
    if (known === null) throw new UnrecoverableError("there is no such tenant");
    if (known !== name) throw new UnrecoverableError("the tenant has another name");
    await ctx.inEngine((tx) => endAccessToTenant(tx, tenantId));
    let rowsDeleted = 0;
    for (const [index, table] of largeTables.entries()) {
      ctx.progress(index / largeTables.length, table);
      rowsDeleted += await inSteps(() =>
        asTenant(ctx.database, tenantId, (tx) => deleteRowsOfTenant(tx, table, rowsPerStatement), {
          statementTimeoutMs,
          signal,
        }),
      );
    }
    await inSteps(() => ctx.inEngine((tx) => deleteEndedRunsOf(tx, tenantId, null, rowsPerStatement)));
    const usersDeleted = await asEngine(
      ctx.database,
      async (tx) => {
        const deleted = await deleteTenant(tx, tenantId);
        const detail = { rowsDeleted, usersDeleted: deleted };
        const object = `tenant:${tenantId}`;
        await insertAuditEntry(tx, {
          tenantId: null,
          actor: ctx.createdBy,
          act: "tenant.erase",
          object,
          outcome: "done",
          detail,
        });
        return deleted;
      },
      { statementTimeoutMs: lastStatementTimeoutMs, signal },
    );
    await clearCache(cache, { tenantId, scope: "all", signal });
    ctx.log(`erased ${rowsDeleted} rows and ${usersDeleted} users`);
    return { rowsDeleted, usersDeleted };
  };

async function inSteps(step: () => Promise<number>): Promise<number> {
  let total = 0;
  for (;;) {
    const deleted = await step();
    total += deleted;
    if (deleted < rowsPerStatement) return total;
  }
}
