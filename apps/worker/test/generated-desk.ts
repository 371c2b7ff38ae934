import { connectDatabase, type Database } from "@deskpulse/db/connect";
import { refreshRollups } from "@deskpulse/db/rollups/refresh-rollups";
import { asTenant } from "@deskpulse/db/transaction";
import type { JobDefinition, JobInput, JobOutput } from "@deskpulse/jobs/define-job";
import type { Processor } from "@deskpulse/runs/worker/processor";
import { createTestDatabase } from "@deskpulse/testkit/database";
import { ChunkWriter } from "../../../packages/importers/src/generate/chunk-writer.ts";
import { generate } from "../../../packages/importers/src/generate/generate.ts";
import { planTenants } from "../../../packages/importers/src/generate/tenant-plan.ts";
import { contextOf } from "./analytics-fixture.ts";

/** Nothing happens at or after it; over both clock changes of New York and Berlin. */
const until = Date.UTC(2026, 10, 20, 15);

export interface GeneratedDesk {
  readonly database: Database;
  /** The tenant that holds half of all. */
  readonly tenantId: string;
  readonly timezone: string;
  /** A report of that tenant; its request is completed as of `until`. */
  report<Definition extends JobDefinition>(
    definition: Definition,
    processor: Processor<Definition>,
    request: object,
  ): Promise<JobOutput<Definition>>;
  rollUp(): Promise<void>;
  close(): Promise<void>;
}

/** Three generated tenants with every type of event, which stand in `events` for SQL of one's own. */
export async function createGeneratedDesk(conversations = 1_600): Promise<GeneratedDesk> {
  const testDatabase = await createTestDatabase();
  const database = connectDatabase({ url: testDatabase.url, connectionsMax: 2, applicationName: "test" });
  const request = { conversations, days: 260, tenants: 3, seed: 11, until };
  const chunks = new ChunkWriter(database, planTenants(request));
  const { tenants } = await generate(database, request, [chunks.write.bind(chunks)]);
  const [tenant] = tenants;
  if (tenant === undefined) throw new Error("no tenant was generated");
  const { id: tenantId, timezone } = tenant;
  return {
    database,
    tenantId,
    timezone,
    async report<Definition extends JobDefinition>(
      definition: Definition,
      processor: Processor<Definition>,
      asked: object,
    ): Promise<JobOutput<Definition>> {
      const parsed: unknown = definition.request.parse(asked);
      const input: unknown = definition.prepare?.(parsed, { timezone, nowMs: until }) ?? parsed;
      const output: unknown = await processor({
        // parsed by the definition's own schema right here
        input: definition.input.parse(input) as JobInput<Definition>,
        ctx: contextOf(database, tenantId),
      });
      return definition.output.parse(output) as JobOutput<Definition>;
    },
    async rollUp() {
      while (await asTenant(database, tenantId, (tx) => refreshRollups(tx, 5_000)));
    },
    async close() {
      await database.close();
      await testDatabase.drop();
    },
  };
}
