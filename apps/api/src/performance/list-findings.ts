import { listFindings as findingsOf } from "@deskpulse/db/performance/list-findings";
import { asEngine } from "@deskpulse/db/transaction";
import type { Handler } from "../http/handler.ts";
import { presentFinding } from "./present-finding.ts";

export const listFindings: Handler<"listFindings"> = async ({ query }, { database }) => {
  const { state, kind, cursor: beforeId, limit } = query;
  const found = await asEngine(database, (tx) => findingsOf(tx, { state, kind, beforeId, limit: limit + 1 }));
  const items = found.slice(0, limit).map(presentFinding);
  return { status: 200, body: { items, nextCursor: found.length > limit ? (items.at(-1)?.id ?? null) : null } };
};
