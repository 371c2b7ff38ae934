import type { EngineTx } from "../transaction.ts";
import { type Finding, findingColumns } from "./finding-columns.ts";

export interface FindingListFilter {
  readonly state?: "open" | "resolved" | undefined;
  readonly kind?: string | undefined;
  /** Findings first seen before this one. */
  readonly beforeId?: string | undefined;
  readonly limit: number;
}

/** Findings, newest first. Index: primary key, because ids are in order of first sight. */
export async function listFindings({ sql }: EngineTx, filter: FindingListFilter): Promise<Finding[]> {
  const { state, kind, beforeId, limit } = filter;
  return await sql<Finding[]>`
    select ${sql.unsafe(findingColumns)} from findings f
    where true
      ${state === undefined ? sql`` : sql`and (f.resolved_at is null) = ${state === "open"}`}
      ${kind === undefined ? sql`` : sql`and f.kind = ${kind}`}
      ${beforeId === undefined ? sql`` : sql`and f.id < ${beforeId}`}
    order by f.id desc limit ${limit}`;
}
