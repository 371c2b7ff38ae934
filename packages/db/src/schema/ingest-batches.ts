import { bigint, index, integer, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { bytes, instant, tenantId } from "./columns.ts";

/** Events as a caller sent them, and how far their run is. Kept for some days after its end, then pruned. */
export const ingestBatches = pgTable(
  "ingest_batches",
  {
    tenantId: tenantId(),
    /** UUIDv7: the order of arrival. */
    id: uuid("id").notNull(),
    source: text("source").notNull(),
    format: text("format", { enum: ["json", "ndjson"] }).notNull(),
    /** What was sent, gzip. */
    body: bytes("body").notNull(),
    receivedAt: instant("received_at").notNull().defaultNow(),
    /** Readable events taken in so far, in the order in which the run takes them. */
    taken: integer("taken").notNull().default(0),
    /** Of these, how many were new. */
    accepted: integer("accepted").notNull().default(0),
    /** Inboxes whose hours or channel these events changed: their measurements are to be made anew at the end. */
    changedInboxes: bigint("changed_inboxes", { mode: "number" }).array().notNull().default([]),
    endedAt: instant("ended_at"),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    index("ingest_batches_received").on(table.receivedAt),
  ],
);
