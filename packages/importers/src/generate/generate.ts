import type { Database } from "@deskpulse/db/connect";
import { analyzeTenantData } from "@deskpulse/db/ingest/analyze-tenant-data";
import type { CopiedCounts } from "@deskpulse/db/ingest/copy-conversations";
import { type Chunk, chunksOf } from "./chunk-writer.ts";
import type { GenerateRequest } from "./generate-request.ts";
import { planTenants, type TenantPlan } from "./tenant-plan.ts";
import { writeTenant } from "./write-tenant.ts";

export interface GenerateOutcome extends CopiedCounts {
  readonly tenants: readonly TenantPlan[];
  /** Chunks that were there from an earlier run of the same request. */
  readonly chunksKnown: number;
}

/** Writes one chunk: in this process or, for more speed, in one of several. */
export type WriteChunk = (chunk: Chunk) => Promise<CopiedCounts | null>;

/**
 * Carries out a request: the tenants first, then their chunks, one after the other for each of `writers`. A request that
 * was interrupted goes on where it stopped; one that is done adds nothing. Rejects with the first error, when no writer
 * is at work any more.
 */
export async function generate(
  database: Database,
  request: GenerateRequest,
  writers: readonly WriteChunk[],
  onProgress: (chunks: number, chunksTotal: number, rows: number) => void = () => undefined,
): Promise<GenerateOutcome> {
  const plans = planTenants(request);
  for (const plan of plans) await writeTenant(database, plan);
  const chunks = chunksOf(plans);
  const total = { conversations: 0, events: 0, messages: 0, measurements: 0, conversationLabels: 0 };
  const all = chunks.length;
  let done = 0;
  let chunksKnown = 0;
  let failed = false;
  const work = async (write: WriteChunk, index: number): Promise<void> => {
    // From both ends: two writers on one tenant would both lock its row, which costs Postgres more.
    while (!failed) {
      const chunk = index === 0 ? chunks.shift() : chunks.pop();
      if (chunk === undefined) return;
      try {
        const counts = await write(chunk);
        if (counts === null) chunksKnown += 1;
        else add(total, counts);
      } catch (error) {
        failed = true;
        throw error;
      }
      done += 1;
      onProgress(done, all, rowsOf(total));
    }
  };
  const ended = await Promise.allSettled(writers.map(work));
  for (const one of ended) if (one.status === "rejected") throw one.reason;
  await analyzeTenantData(database);
  return { ...total, tenants: plans, chunksKnown };
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

function add(total: Mutable<CopiedCounts>, counts: CopiedCounts): void {
  total.conversations += counts.conversations;
  total.events += counts.events;
  total.messages += counts.messages;
  total.measurements += counts.measurements;
  total.conversationLabels += counts.conversationLabels;
}

function rowsOf({ conversations, events, messages, measurements, conversationLabels }: CopiedCounts): number {
  return conversations + events + messages + measurements + conversationLabels;
}
