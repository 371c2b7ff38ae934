import { clearCache } from "@deskpulse/cache/clear-cache";
import { deleteEndedRunsOf, deleteTakenBatches } from "@deskpulse/db/erasure/erase-copies";
import { eraseConversationPage, eraseCustomerName } from "@deskpulse/db/erasure/erase-customer";
import { satisfaction } from "@deskpulse/jobs/analytics/satisfaction";
import type { eraseCustomer as job } from "@deskpulse/jobs/tenants/erase-customer";
import { type Processor, UnrecoverableError } from "@deskpulse/runs/worker/processor";
import type { WorkerParts } from "../worker-parts.ts";

const conversationsPerPage = 100;
const rowsPerStatement = 100;

/** Erases the truth first and its copies then, so that no copy is made of what is about to go. Repeatable at any point. */
export const eraseCustomer =
  ({ cache }: Pick<WorkerParts, "cache">): Processor<typeof job> =>
  async ({ input, ctx }) => {
    const { tenantId } = ctx;
    if (tenantId === null) throw new UnrecoverableError("a customer belongs to a tenant");
    const customerId = await ctx.inTenant((tx) => eraseCustomerName(tx, input.customer));
    if (customerId === null) throw new UnrecoverableError("there is no such customer");
    const erased = { conversations: 0, messages: 0, comments: 0 };
    for (let afterId = 0; ; ) {
      const page = await ctx.inTenant((tx) =>
        eraseConversationPage(tx, customerId, { afterId, limit: conversationsPerPage }),
      );
      if (page.lastId === null) break;
      afterId = page.lastId;
      erased.conversations += page.conversations;
      erased.messages += page.messages;
      erased.comments += page.comments;
      ctx.progress(0.5, `${erased.conversations} conversations`);
    }
    ctx.progress(0.9, "copies");
    await inSteps(() => ctx.inEngine((tx) => deleteTakenBatches(tx, tenantId, rowsPerStatement)));
    await inSteps(() => ctx.inEngine((tx) => deleteEndedRunsOf(tx, tenantId, satisfaction.name, rowsPerStatement)));
    await clearCache(cache, { tenantId, namespace: "reports", scope: "all", signal: ctx.signal });
    ctx.log(
      `erased ${erased.messages} messages and ${erased.comments} comments of ${erased.conversations} conversations`,
    );
    return erased;
  };

async function inSteps(step: () => Promise<number>): Promise<void> {
  while ((await step()) === rowsPerStatement);
}
